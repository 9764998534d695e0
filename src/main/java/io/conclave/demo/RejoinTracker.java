package io.conclave.demo;

import io.conclave.cli.StatusView.GroupView;
import io.conclave.cli.StatusView.NodeView;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Watches how and when an old primary comes back as a standby. */
final class RejoinTracker implements Consumer<GroupView> {
  private static final List<String> WAYS = List.of("follow", "rewind", "clone", "quarantine");

  private final String node;
  private String way = "none";
  private Optional<Moment> begin = Optional.empty();
  private Optional<Moment> streaming = Optional.empty();

  RejoinTracker(String node) {
    this.node = node;
  }

  /** From this moment on it could come back. */
  synchronized void begin(Moment moment) {
    begin = Optional.of(moment);
  }

  @Override
  public synchronized void accept(GroupView group) {
    if (node.equals(group.primary())) {
      return;
    }
    group.node(node).ifPresent(n -> look(group, n));
  }

  private void look(GroupView group, NodeView seen) {
    way(seen).ifPresent(w -> way = w);
    boolean back = "STANDBY".equals(seen.server())
        && "STREAMING".equals(seen.receiver())
        && seen.epoch() == group.epoch();
    if (back && streaming.isEmpty()) {
      streaming = Optional.of(Moment.now());
    } else if (!back) {
      streaming = Optional.empty();
    }
  }

  /** The way that a status tells; empty when it tells none. */
  static Optional<String> way(NodeView node) {
    if ("QUARANTINED".equals(node.server())) {
      return Optional.of("quarantine");
    }
    String detail = node.orderDetail() == null ? "" : node.orderDetail();
    return WAYS.stream().filter(detail::startsWith).findFirst();
  }

  synchronized String way() {
    return way;
  }

  /** ms from the begin until it streamed, to the pace of the status (200 ms); null when it does not. */
  synchronized Long ms() {
    if (begin.isEmpty() || streaming.isEmpty()) {
      return null;
    }
    return Math.max(0, (streaming.get().nanos() - begin.get().nanos()) / 1_000_000);
  }
}
