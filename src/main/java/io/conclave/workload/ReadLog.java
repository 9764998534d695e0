package io.conclave.workload;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** What the readers of one way were answered, and by whom. Times are those of {@link System#nanoTime}. */
public final class ReadLog {
  private final Queue<Read> answers = new ConcurrentLinkedQueue<>();
  private final Queue<Long> failures = new ConcurrentLinkedQueue<>();
  private volatile long lastAnsweredNanos = System.nanoTime();

  /**
   * @param lagNanos how old the oldest acknowledged write is that it misses; 0 for none
   */
  private record Read(
      String node, boolean recovery, long beganNanos, long answeredNanos, long lagNanos) {
    boolean within(long fromNanos, long toNanos) {
      return answeredNanos - fromNanos >= 0 && toNanos - answeredNanos >= 0;
    }

    boolean isStale() {
      return !recovery && lagNanos > 0;
    }
  }

  void answered(LedgerAnswer answer) {
    answers.add(new Read(
        answer.node(),
        answer.recovery(),
        answer.beganNanos(),
        answer.answeredNanos(),
        answer.lagNanos()));
    lastAnsweredNanos = answer.answeredNanos();
  }

  void failed(long nanos) {
    failures.add(nanos);
  }

  /** When the last read was answered; the begin of the log when none was. */
  public long lastAnsweredNanos() {
    return lastAnsweredNanos;
  }

  /** When each read was answered by a server that was no standby, and that missed an acknowledged write. */
  public List<Long> staleNanos() {
    return answers.stream().filter(Read::isStale).map(Read::answeredNanos).toList();
  }

  /**
   * The oldest acknowledged write that a standby's answer missed, in ms, as old as it was when the read was sent; 0 when none missed any.
   *
   * @param fromNanos of those reads that were sent then or later
   * @param toNanos and that were answered until then
   */
  public double lagMs(long fromNanos, long toNanos) {
    return answers.stream()
            .filter(Read::recovery)
            .filter(read -> read.beganNanos() - fromNanos >= 0 && read.within(fromNanos, toNanos))
            .mapToLong(Read::lagNanos)
            .max()
            .orElse(0)
        / 1e6;
  }

  /**
   * What was answered within a window.
   *
   * @param fromNanos begin of the window, inclusive
   * @param toNanos end of the window, inclusive
   */
  public Window window(long fromNanos, long toNanos) {
    List<Read> within =
        answers.stream().filter(read -> read.within(fromNanos, toNanos)).toList();
    LongStream moments = within.stream().mapToLong(Read::answeredNanos);
    return new Window(
        within.size(),
        failures.stream().filter(n -> n - fromNanos >= 0 && toNanos - n >= 0).count(),
        Gaps.longest(moments.toArray(), fromNanos, toNanos) / 1e6,
        within.stream()
            .collect(Collectors.groupingBy(Read::node, TreeMap::new, Collectors.counting())));
  }

  /**
   * What happened within a window.
   *
   * @param failed how many ended with an error, those of logins among them
   * @param outageMs longest time without any answer, the ends of the window included
   * @param nodes how many each node answered
   */
  public record Window(long answered, long failed, double outageMs, Map<String, Long> nodes) {
    public Window {
      nodes = Map.copyOf(nodes);
    }
  }
}
