package io.conclave.simulator;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Many seeds, over all cores; each history is run by one thread from its beginning to its end. */
public final class Campaign {
  private final long firstSeed;
  private final long seeds;
  private final Options options;
  private final AtomicLong next;
  private final AtomicLong simulatedMs = new AtomicLong();
  private final AtomicLong faults = new AtomicLong();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong failovers = new AtomicLong();
  private final AtomicLong leastMs = new AtomicLong(Long.MAX_VALUE);
  private final AtomicLong leastFaults = new AtomicLong(Long.MAX_VALUE);
  private final AtomicInteger finished = new AtomicInteger();
  private Optional<Outcome> failure = Optional.empty();

  private Campaign(long firstSeed, long seeds, Options options) {
    this.firstSeed = firstSeed;
    this.seeds = seeds;
    this.options = options;
    this.next = new AtomicLong(firstSeed);
  }

  /**
   * What came of many seeds.
   *
   * @param leastMs simulated time of the shortest history, in ms
   * @param leastFaults faults of the history that had the fewest
   * @param failure of the lowest seed that was found to break an invariant; the search ends there
   */
  public record Result(
      long seeds,
      long simulatedMs,
      long faults,
      long acknowledged,
      long failovers,
      long leastMs,
      long leastFaults,
      Optional<Outcome> failure) {}

  /**
   * Runs the seeds, or as many as there are before one breaks an invariant.
   *
   * @throws InterruptedException when the caller's thread is interrupted
   */
  public static Result run(long firstSeed, long seeds, Options options, int threads)
      throws InterruptedException {
    return new Campaign(firstSeed, seeds, options).run(threads);
  }

  private Result run(int threads) throws InterruptedException {
    Thread[] workers = new Thread[threads];
    for (int i = 0; i < threads; i++) {
      workers[i] = new Thread(this::work, "simulator-" + i);
      workers[i].setDaemon(true);
      workers[i].start();
    }
    for (Thread worker : workers) {
      worker.join();
    }
    return new Result(
        finished.get(),
        simulatedMs.get(),
        faults.get(),
        acknowledged.get(),
        failovers.get(),
        leastMs.get(),
        leastFaults.get(),
        failure);
  }

  private void work() {
    for (long seed = next.getAndIncrement();
        seed < firstSeed + seeds;
        seed = next.getAndIncrement()) {
      Outcome outcome = Simulator.run(seed, options);
      finished.incrementAndGet();
      simulatedMs.addAndGet(outcome.simulatedMs());
      faults.addAndGet(outcome.faults().size());
      acknowledged.addAndGet(outcome.acknowledged());
      failovers.addAndGet(outcome.failovers());
      leastMs.accumulateAndGet(outcome.simulatedMs(), Math::min);
      leastFaults.accumulateAndGet(outcome.faults().size(), Math::min);
      if (!outcome.isSafe()) {
        failed(outcome);
        return;
      }
    }
  }

  private synchronized void failed(Outcome outcome) {
    next.set(firstSeed + seeds);
    if (failure.isEmpty() || failure.get().seed() > outcome.seed()) {
      failure = Optional.of(outcome);
    }
  }
}
