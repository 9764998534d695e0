package io.conclave.chaos;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has to be undone, the latest first: a paused container takes no orders, so what was done to it before is undone later. */
final class Healing {
  private static final Logger LOG = LoggerFactory.getLogger(Healing.class);

  /** Undoes one thing; doing it again, or in vain, is no error. */
  interface Remedy {
    void apply() throws ChaosException, InterruptedException;
  }

  private record Named(String what, Remedy remedy) {}

  private final Deque<Named> remedies = new ArrayDeque<>();

  /** Notes a remedy; to be called before the harm is done. */
  synchronized void add(String what, Remedy remedy) {
    remedies.push(new Named(what, remedy));
  }

  /** How many there are now, for {@link #heal}. */
  synchronized int size() {
    return remedies.size();
  }

  /**
   * Undoes all but the first so many; goes on when one fails.
   *
   * @throws ChaosException at the end, with what could not be undone
   */
  synchronized void heal(int remaining) throws ChaosException, InterruptedException {
    List<String> failures = new ArrayList<>();
    while (remedies.size() > remaining) {
      Named next = remedies.pop();
      try {
        LOG.debug("undoes {}", next.what());
        next.remedy().apply();
      } catch (ChaosException e) {
        failures.add("%s cannot be undone: %s".formatted(next.what(), e.getMessage()));
      }
    }
    if (!failures.isEmpty()) {
      throw new ChaosException(String.join("; ", failures));
    }
  }
}
