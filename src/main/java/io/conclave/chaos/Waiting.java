package io.conclave.chaos;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How a run waits; each wait ends at once when everything is about to end. */
final class Waiting {
  private static final long INTERVAL_MS = 200;

  /** What is still missing. */
  interface Missing {
    Optional<String> look() throws ChaosException, InterruptedException;
  }

  private final CountDownLatch end = new CountDownLatch(1);

  /** Nobody waits any more. */
  void end() {
    end.countDown();
  }

  boolean ended() {
    return end.getCount() == 0;
  }

  /** Lets time pass. */
  void pass(Duration time) throws ChaosException, InterruptedException {
    if (end.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new ChaosException("interrupted");
    }
  }

  /**
   * Waits until nothing is missing.
   *
   * @throws ChaosException when the time is over, with what is missing
   */
  void until(String what, Duration limit, Missing missing)
      throws ChaosException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    Optional<String> last = missing.look();
    while (last.isPresent()) {
      if (System.nanoTime() - deadline > 0) {
        throw new ChaosException(
            "%s: not within %d s: %s".formatted(what, limit.toSeconds(), last.get()));
      }
      pass(Duration.ofMillis(INTERVAL_MS));
      last = missing.look();
    }
  }
}
