package io.conclave.demo;

import io.conclave.cli.StatusText;
import io.conclave.cli.StatusView.GroupView;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks one host for the status of the group several times a second, and another one when that does not answer or does
 * not know. Everybody who waits for something waits here, for the next answer.
 */
public final class StatusWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatusWatch.class);
  private static final long INTERVAL_MS = 200;
  private static final long STALE_MS = 2000;

  private final StatusClient client;
  private final List<URI> hosts;
  private final Function<GroupView, Optional<String>> missing;
  private final Thread thread = new Thread(this::watch, "demo-status");
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Consumer<GroupView>> listeners = new CopyOnWriteArrayList<>();
  private volatile Optional<GroupView> latest = Optional.empty();
  private int asked;

  /**
   * Asks nobody before {@link #start}.
   *
   * @param hosts their HTTP interfaces
   * @param missing what a group lacks, for messages
   */
  public StatusWatch(
      StatusClient client, List<URI> hosts, Function<GroupView, Optional<String>> missing) {
    this.client = client;
    this.hosts = List.copyOf(hosts);
    this.missing = missing;
  }

  /** Begins to ask. */
  public void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /** The last answer, however old. */
  public Optional<GroupView> latest() {
    return latest;
  }

  /** Is told every answer from now on. */
  public void listen(Consumer<GroupView> listener) {
    listeners.add(listener);
  }

  /** Is told no more. */
  public void ignore(Consumer<GroupView> listener) {
    listeners.remove(listener);
  }

  private void watch() {
    try {
      do {
        Optional<GroupView> answer = ask();
        answer.ifPresent(g -> listeners.forEach(l -> l.accept(g)));
        synchronized (this) {
          answer.ifPresent(g -> latest = answer);
          notifyAll();
        }
      } while (!closed.await(INTERVAL_MS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      LOG.debug("no more status is asked for");
    }
  }

  private Optional<GroupView> ask() throws InterruptedException {
    URI host = hosts.get(asked);
    try {
      Optional<GroupView> group = client.status(host).group(DemoFiles.GROUP);
      if (group.isPresent() && group.get().ageMs() <= STALE_MS) {
        return group;
      }
    } catch (IOException e) {
      LOG.debug("{} does not say its status: {}", host, e.toString());
    }
    asked = (asked + 1) % hosts.size();
    return Optional.empty();
  }

  /**
   * Waits until an answer meets the condition.
   *
   * @param what is waited for, for the message
   * @throws DemoException when the time is over, with the last status
   */
  public GroupView await(String what, Duration limit, Predicate<GroupView> condition)
      throws DemoException, InterruptedException {
    return await(what, limit, condition, Optional::empty);
  }

  /** The same, given up as soon as there is a reason why it cannot come. */
  GroupView await(
      String what,
      Duration limit,
      Predicate<GroupView> condition,
      Supplier<Optional<String>> hopeless)
      throws DemoException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      Optional<GroupView> now = latest;
      if (now.isPresent() && condition.test(now.get())) {
        return now.get();
      }
      Optional<String> reason = hopeless.get();
      if (reason.isPresent()) {
        throw new DemoException(what + ": " + reason.get());
      }
      if (System.nanoTime() - deadline > 0) {
        throw new DemoException(what + ": not within " + limit.toSeconds() + " s\n"
            + now.map(this::text).orElse("no host answers"));
      }
      synchronized (this) {
        wait(INTERVAL_MS);
      }
    }
  }

  private String text(GroupView group) {
    String lines = String.join("\n", StatusText.lines(group));
    return lines + missing.apply(group).map(m -> "\n" + m).orElse("");
  }

  /** Waits until something becomes true that has nothing to do with the status; looks at it with every answer. */
  void awaitTrue(String what, Duration limit, BooleanSupplier condition)
      throws DemoException, InterruptedException {
    await(what, limit, g -> condition.getAsBoolean());
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
