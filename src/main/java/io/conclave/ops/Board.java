package io.conclave.ops;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.receptionist.ServiceKey;
import io.conclave.core.EdgeReport;
import io.conclave.core.FailoverSummary;
import io.conclave.core.GroupId;
import io.conclave.core.GroupStatus;
import io.conclave.core.HostId;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.Topology;
import io.conclave.core.Vote;
import io.conclave.wire.Relays;
import io.conclave.wire.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Keeps the last of the words of the cell, for the operator's page of this host and for the checks of load balancers. Of nodes and
 * votes of other hosts it may be a second late.
 */
public final class Board extends AbstractBehavior<Board.Command> {

  /** What a board takes. */
  public sealed interface Command {}

  /** Asks for what has been heard so far. */
  record GetBoard(ActorRef<BoardState> replyTo) implements Command {}

  /** Another change of primary is the last one of a group. */
  public record Changed(GroupId group, FailoverSummary summary) implements Command {}

  private record Reported(NodeReport report) implements Command {}

  private record Voted(Vote vote) implements Command {}

  private record Published(Topology topology) implements Command {}

  private record Said(GroupStatus status) implements Command {}

  private record Followed(EdgeReport report) implements Command {}

  private record Voter(GroupId group, HostId sentinel) {}

  private record Follower(GroupId group, HostId edge) {}

  private final Map<NodeId, Heard<NodeReport>> reports = new HashMap<>();
  private final Map<Voter, Heard<Vote>> votes = new HashMap<>();
  private final Map<GroupId, Heard<Topology>> topologies = new HashMap<>();
  private final Map<GroupId, Heard<GroupStatus>> statuses = new HashMap<>();
  private final Map<GroupId, FailoverSummary> failovers = new HashMap<>();
  private final Map<Follower, Heard<EdgeReport>> edges = new HashMap<>();

  private final LocalNodes local;

  private Board(ActorContext<Command> context, LocalNodes local) {
    super(context);
    this.local = local;
    glance(Topics.REPORTS, NodeReport.class, Reported::new);
    glance(Topics.VOTES, Vote.class, Voted::new);
    overhear(Topics.EDGES, EdgeReport.class, Followed::new);
    overhear(Topics.STATUSES, GroupStatus.class, Said::new);
    overhear(Topics.TOPOLOGIES, Topology.class, Published::new);
  }

  /**
   * One for each host.
   *
   * @param local told of topologies and positions, too
   */
  public static Behavior<Command> create(LocalNodes local) {
    return Behaviors.setup(context -> new Board(context, local));
  }

  /** Monotonic, in ms: the clock of every arrival. */
  static long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  private <T> void glance(ServiceKey<T> key, Class<T> type, Function<T, Command> heard) {
    ActorRef<T> ear = getContext().messageAdapter(type, heard::apply);
    Relays.glance(getContext().getSystem(), key, type, ear);
  }

  private <T> void overhear(ServiceKey<T> key, Class<T> type, Function<T, Command> heard) {
    ActorRef<T> ear = getContext().messageAdapter(type, heard::apply);
    Relays.overhear(getContext().getSystem(), key, type, ear);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Reported.class, this::onReported)
        .onMessage(Voted.class, this::onVoted)
        .onMessage(Published.class, this::onPublished)
        .onMessage(Said.class, this::onSaid)
        .onMessage(Followed.class, this::onFollowed)
        .onMessage(Changed.class, this::onChanged)
        .onMessage(GetBoard.class, this::onGetBoard)
        .build();
  }

  private Behavior<Command> onReported(Reported reported) {
    NodeReport report = reported.report();
    Heard<NodeReport> known = reports.get(report.node());
    boolean outOfDate = known != null
        && known.word().agent().equals(report.agent())
        && known.word().sequence() > report.sequence();
    if (!outOfDate) {
      reports.put(report.node(), now(report));
      local.hear(report);
    }
    return this;
  }

  /** The last to arrive counts, not the highest sequence: a sentinel that has restarted begins again. */
  private Behavior<Command> onVoted(Voted voted) {
    votes.put(new Voter(voted.vote().group(), voted.vote().sentinel()), now(voted.vote()));
    return this;
  }

  private Behavior<Command> onPublished(Published published) {
    if (!isSuperseded(published.topology())) {
      topologies.put(published.topology().group(), now(published.topology()));
      local.hear(published.topology());
    }
    return this;
  }

  /** A status of a coordinator that was outbid, and does not know it yet, is ignored like its topology. */
  private Behavior<Command> onSaid(Said said) {
    GroupStatus status = said.status();
    GroupId group = status.topology().group();
    if (!isSuperseded(status.topology())) {
      statuses.put(group, now(status));
      local.hear(status.topology());
    }
    return this;
  }

  private Behavior<Command> onFollowed(Followed followed) {
    EdgeReport report = followed.report();
    Follower follower = new Follower(report.group(), report.edge());
    Heard<EdgeReport> known = edges.get(follower);
    boolean outOfDate = known != null
        && known.word().process().equals(report.process())
        && known.word().sequence() > report.sequence();
    if (!outOfDate) {
      edges.put(follower, now(report));
    }
    return this;
  }

  private Behavior<Command> onChanged(Changed changed) {
    failovers.put(changed.group(), changed.summary());
    return this;
  }

  private boolean isSuperseded(Topology topology) {
    Heard<Topology> alone = topologies.get(topology.group());
    Optional<Topology> inStatus = Optional.ofNullable(statuses.get(topology.group()))
        .map(heard -> heard.word().topology());
    return (alone != null && alone.word().supersedes(topology))
        || inStatus.filter(known -> known.supersedes(topology)).isPresent();
  }

  private Behavior<Command> onGetBoard(GetBoard get) {
    get.replyTo()
        .tell(new BoardState(
            reports,
            List.copyOf(votes.values()),
            topologies,
            statuses,
            failovers,
            List.copyOf(edges.values())));
    return this;
  }

  private static <T> Heard<T> now(T word) {
    return new Heard<>(word, nowMs());
  }
}
