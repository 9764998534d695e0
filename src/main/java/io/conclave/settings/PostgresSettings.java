package io.conclave.settings;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What all servers of the cell have in common.
 *
 * @param binaries {@code auto} (what the machine has, else embedded), {@code embedded} (from Maven Central), or the
 *     absolute directory of the programs
 * @param osUser operating-system user that owns the servers when the agent runs as root
 * @param passwordsFile absolute; lines {@code role:password} for Conclave's own database roles, checked at start
 * @param clientRules lines of pg_hba.conf that admit clients while the gate is open
 * @param settings the operator's additions to the server settings; none that Conclave manages itself
 */
public record PostgresSettings(
    String binaries,
    String osUser,
    Path passwordsFile,
    List<String> clientRules,
    SortedMap<String, String> settings) {
  public PostgresSettings {
    clientRules = List.copyOf(clientRules);
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
  }
}
