package io.conclave.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LocalSessionIT {
  /** Somebody who holds the lock for long would otherwise have one more session wait for each look. */
  @Test
  void aLookThatWasGivenUpDoesNotWaitOnInTheServer() throws Exception {
    try (TestServers servers = new TestServers("auto")) {
      TestServers.Server a = servers.primary("a");
      try (LocalSession holder = LocalSession.open(a.directory, 5000);
          LocalSession look = LocalSession.open(a.directory, 5000)) {
        look.observe();
        holder.execute("BEGIN");
        holder.execute("LOCK TABLE conclave.epoch");
        look.setTimeout(300);
        SessionException gone = assertThrows(SessionException.class, look::observe);
        assertEquals(SessionException.Kind.TIMEOUT, gone.kind());
        assertTrue(Await.until(() -> waiting(holder).equals("0"), Deadline.in(10_000)));
      }
    }
  }

  private static String waiting(LocalSession session) {
    return session.queryText(
        "SELECT count(*)::text FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
  }
}
