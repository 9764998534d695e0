package io.conclave.postgres;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The sessions of clients as the process table shows them. A server that was frozen serves whoever waits for it as soon as it
 * runs again; a query that ends them would wait its turn among them, a signal does not.
 */
final class ClientProcesses {
  /**
   * {@code postgres: [cluster: ][walsender ]USER [DATABASE ]HOST(PORT) …}: set_ps_display of PostgreSQL 15 to 18. Only what
   * shows an address is the session of a client; a server's own processes show none.
   */
  private static final Pattern SESSION = Pattern.compile(
      "postgres: (?:\\S+: )?(?:walsender )?(?:(\\S+) )?(?:\\S+ )?(?:\\[local\\]|\\S+\\(\\d+\\))(?: .*)?");

  private static final Set<String> OWN =
      Set.of(Passwords.SUPERUSER, Passwords.REPLICATION, Passwords.PROBE);

  private ClientProcesses() {}

  /** SIGTERM, as pg_terminate_backend sends it, to each session of a client there is now. Some ms. */
  static void terminate(Postmaster postmaster) {
    for (Processes.Status child : Processes.childrenOf(postmaster.pid())) {
      if (isClient(Processes.title(child.pid()))) {
        Processes.terminate(child.pid());
      }
    }
  }

  /** Whether a process with this title serves somebody else than Conclave. A login whose role is not known yet does not. */
  static boolean isClient(String title) {
    Matcher session = SESSION.matcher(title);
    return session.matches()
        && Optional.ofNullable(session.group(1))
            .filter(user -> !OWN.contains(user))
            .isPresent();
  }
}
