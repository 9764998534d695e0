package io.conclave.settings;

import java.util.List;
import java.util.stream.Stream;

/**
 * What the edges offer of one group.
 *
 * @param writesPort where HAProxy leads to the primary
 * @param readsPort where HAProxy leads to standbys and read replicas, and without one to the primary
 * @param databases what PgBouncer offers under their own names for writes, and with the suffix {@link #READ_ONLY} for reads
 * @param maxLagBytes how far a node may be behind the primary and still serve reads
 */
public record OfferSettings(
    int writesPort, int readsPort, List<String> databases, long maxLagBytes) {
  /** Suffix of the name under which PgBouncer offers a database for reads. */
  public static final String READ_ONLY = "_ro";

  public OfferSettings {
    databases = List.copyOf(databases);
  }

  /** The names that PgBouncer knows, those for writes first. */
  public List<String> poolNames() {
    return Stream.concat(databases.stream(), readOnlyNames().stream()).toList();
  }

  /** The names for reads. */
  public List<String> readOnlyNames() {
    return databases.stream().map(name -> name + READ_ONLY).toList();
  }
}
