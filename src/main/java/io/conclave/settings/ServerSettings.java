package io.conclave.settings;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The operator's additions to the server settings: none of those that the protocol rests on. */
final class ServerSettings {
  private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]*(\\.[a-z_][a-z0-9_]*)?");

  /** What Conclave sets itself, or what would take away a guarantee. */
  private static final Set<String> MANAGED = Set.of(
      "archive_cleanup_command",
      "cluster_name",
      "config_file",
      "data_directory",
      "default_transaction_read_only",
      "external_pid_file",
      "fsync",
      "full_page_writes",
      "hba_file",
      "hot_standby",
      "ident_file",
      "include",
      "include_dir",
      "include_if_exists",
      "listen_addresses",
      "password_encryption",
      "port",
      "primary_conninfo",
      "primary_slot_name",
      "promote_trigger_file",
      "recovery_end_command",
      "restart_after_crash",
      "restore_command",
      "synchronous_commit",
      "synchronous_standby_names",
      "unix_socket_directories",
      "wal_level",
      "wal_log_hints",
      "wal_retrieve_retry_interval");

  /** Families of them. */
  private static final List<String> MANAGED_PREFIXES = List.of("recovery_target", "conclave.");

  private ServerSettings() {}

  static Optional<Map<String, String>> check(Section section, Problems problems) {
    try (section) {
      Map<String, String> settings = section.flattened();
      boolean good = true;
      for (Map.Entry<String, String> setting : settings.entrySet()) {
        Optional<String> objection = objection(setting.getKey(), setting.getValue());
        objection.ifPresent(
            why -> problems.error(section.path(setting.getKey()), setting.getValue(), why));
        good &= objection.isEmpty();
      }
      return good ? Optional.of(settings) : Optional.empty();
    }
  }

  private static Optional<String> objection(String name, String value) {
    if (!NAME.matcher(name).matches()) {
      return Optional.of("must be named like a setting of PostgreSQL: lower case, digits, '_'");
    }
    if (MANAGED.contains(name) || MANAGED_PREFIXES.stream().anyMatch(name::startsWith)) {
      return Optional.of("must be left out: Conclave manages this setting itself");
    }
    return value.chars().anyMatch(Character::isISOControl)
        ? Optional.of("must be one line without control characters")
        : Optional.empty();
  }
}
