package io.conclave.chaos;

import io.conclave.chaos.Seen.ChannelSeen;
import io.conclave.demo.Spread;
import io.conclave.workload.Ledger;
import io.conclave.workload.LedgerCheck;
import io.conclave.workload.Ledgers;
import io.conclave.workload.LoadShape;
import io.conclave.workload.ReadLog;
import io.conclave.workload.ReadWorkload;
import io.conclave.workload.StaleRead;
import io.conclave.workload.Workload;
import io.conclave.workload.WorkloadException;
import io.conclave.workload.WorkloadOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The ledger workload on each channel at the same time, and those who only read. */
final class Load implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration CHECK_LIMIT = Duration.ofSeconds(30);
  /**
   * Cheap: the clients share the machine with the whole stack, and each login hashes thousands of times on both sides. Reads are by
   * sessions that are kept.
   */
  private static final LoadShape SHAPE = new LoadShape(1, 1, 20, 4, 10);
  /** Of those who only read. */
  private static final LoadShape READS = new LoadShape(1, 1, 10, 2, 0);

  private final Map<Channel, Workload> workloads = new EnumMap<>(Channel.class);
  private final Map<Channel, ReadWorkload> reads = new EnumMap<>(Channel.class);
  private final Ledgers ledgers = new Ledgers();
  private final Waiting waiting;

  private Load(Waiting waiting) {
    this.waiting = waiting;
  }

  /**
   * Starts the clients.
   *
   * @param ways each channel and where it leads
   * @param readWays the same of those who only read
   * @throws ChaosException when a channel does not let them write
   */
  static Load start(
      Map<Channel, Way> ways, Map<Channel, Way> readWays, StackSecrets secrets, Waiting waiting)
      throws ChaosException, InterruptedException {
    Load load = new Load(waiting);
    try {
      for (Entry<Channel, Way> way : ways.entrySet()) {
        load.start(way.getKey(), way.getValue(), secrets);
      }
    } catch (ChaosException | InterruptedException e) {
      load.close();
      throw e;
    }
    // They come last, when the table is there.
    readWays.forEach((channel, way) -> load.reads.put(
        channel, ReadWorkload.start(options(channel, way, READS, secrets), load.ledgers)));
    return load;
  }

  private void start(Channel channel, Way way, StackSecrets secrets)
      throws ChaosException, InterruptedException {
    waiting.until("writes through " + channel.word(), START_LIMIT, () -> {
      try {
        workloads.put(channel, Workload.start(options(channel, way, SHAPE, secrets), ledgers));
        return Optional.empty();
      } catch (WorkloadException notYet) {
        return Optional.of(notYet.getMessage());
      }
    });
  }

  private static WorkloadOptions options(
      Channel channel, Way way, LoadShape shape, StackSecrets secrets) {
    return new WorkloadOptions(
        way.servers(),
        way.database(),
        secrets.application(),
        Optional.empty(),
        "prefer",
        shape,
        channel.patience(),
        Duration.ofDays(1),
        channel.route());
  }

  /** Waits until each channel has writes acknowledged, and reads answered, so long after now. */
  void awaitAnswers(Duration after, Duration limit) throws ChaosException, InterruptedException {
    long then = System.nanoTime() + after.toNanos();
    for (Entry<Channel, Workload> each : workloads.entrySet()) {
      Ledger ledger = each.getValue().ledger();
      await(
          "acknowledged writes through " + each.getKey().word(),
          limit,
          then,
          ledger::lastAcknowledgedNanos);
    }
    for (Entry<Channel, ReadWorkload> each : reads.entrySet()) {
      ReadLog log = each.getValue().log();
      await(
          "answers of standbys through " + each.getKey().word(),
          limit,
          then,
          log::lastAnsweredNanos);
    }
  }

  private void await(String what, Duration limit, long then, LongSupplier lastNanos)
      throws ChaosException, InterruptedException {
    waiting.until(
        what,
        limit,
        () -> lastNanos.getAsLong() - then > 0 ? Optional.empty() : Optional.of("none"));
  }

  /**
   * Reads everything back and counts. The clients go on meanwhile.
   *
   * @param problems gets what cannot be checked
   */
  List<ChannelSeen> seen(Moments moments, List<String> problems) throws InterruptedException {
    List<ChannelSeen> seen = new ArrayList<>();
    for (Entry<Channel, Workload> each : workloads.entrySet()) {
      try {
        seen.add(seen(each.getKey(), each.getValue(), moments));
      } catch (ChaosException e) {
        problems.add(e.getMessage());
      }
    }
    return seen;
  }

  private ChannelSeen seen(Channel channel, Workload workload, Moments moments)
      throws ChaosException, InterruptedException {
    Ledger.Window window = workload.ledger().window(moments.fromNanos(), moments.endNanos());
    LedgerCheck check = check(channel, workload);
    return new ChannelSeen(
        channel,
        Spread.round(window.outageMs()),
        Spread.round(window.stallMs()),
        window.acknowledged(),
        window.failed(),
        window.unknown(),
        check.lost(),
        check.duplicates(),
        check.orderViolations(),
        check.phantoms(),
        Staleness.of(
            workload.staleReads().stream().map(StaleRead::answeredNanos).toList(),
            moments.faultNanos()));
  }

  private LedgerCheck check(Channel channel, Workload workload)
      throws ChaosException, InterruptedException {
    List<LedgerCheck> checks = new ArrayList<>();
    waiting.until("the ledger read through " + channel.word(), CHECK_LIMIT, () -> {
      try {
        checks.add(workload.check());
        return Optional.empty();
      } catch (WorkloadException e) {
        return Optional.of(e.getMessage());
      }
    });
    return checks.get(0);
  }

  /** What those who only read have seen. */
  List<ReadsSeen> reads(Moments moments) {
    return reads.entrySet().stream()
        .map(each -> ReadsSeen.of(each.getKey(), each.getValue().log(), moments))
        .toList();
  }

  /** What became of each write of each channel, a CSV each. */
  Map<Channel, List<String>> lines(long fromNanos, long toNanos) {
    Map<Channel, List<String>> lines = new EnumMap<>(Channel.class);
    workloads.forEach(
        (channel, workload) -> lines.put(channel, workload.ledger().lines(fromNanos, toNanos)));
    return lines;
  }

  @Override
  public void close() {
    workloads.values().forEach(Workload::close);
    reads.values().forEach(ReadWorkload::close);
  }
}
