package io.conclave.postgres;

import java.util.Optional;

/**
 * A running postmaster.
 *
 * @param started tells a reused process id apart
 */
public record Postmaster(long pid, long started) {
  /** Whether this very process still runs; a zombie does not. Some ten microseconds. */
  public boolean isAlive() {
    Optional<Processes.Status> status = Processes.status(pid);
    return status.isPresent() && status.get().alive() && status.get().started() == started;
  }

  /** Whether it waits for something to do, and so has dealt with every signal sent to it before. */
  boolean isAsleep() {
    return Processes.status(pid).map(Processes.Status::asleep).orElse(false);
  }
}
