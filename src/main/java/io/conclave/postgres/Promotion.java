package io.conclave.postgres;

/** Turns a fenced standby into a primary. */
public final class Promotion {
  private Promotion() {}

  /**
   * Asks for the promotion and waits until recovery has ended; a server that is a primary already is left as it is. The
   * sync setting and the gate are to be in place before.
   *
   * @return whether it has ended in time; if not, it may still end later
   */
  public static boolean promote(LocalSession session, Deadline deadline) {
    if (!session.isInRecovery()) {
      return true;
    }
    // pg_promote(true) looks every 100 ms only.
    session.queryText("SELECT pg_promote(false)::text");
    return Await.until(() -> !session.isInRecovery(), deadline, 2);
  }
}
