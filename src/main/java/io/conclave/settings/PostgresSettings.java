package io.conclave.settings;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What all servers of the cell have in common.
 *
 * @param osUser operating-system user that owns the servers when the agent runs as root
 * @param passwords of Conclave's own database roles
 * @param settings the operator's additions to the server settings; none that Conclave manages itself
 */
public record PostgresSettings(
    Binaries binaries, String osUser, Passwords passwords, SortedMap<String, String> settings) {
  public PostgresSettings {
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
  }
}
