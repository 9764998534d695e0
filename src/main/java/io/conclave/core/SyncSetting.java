package io.conclave.core;

import java.util.List;

/**
 * What {@code synchronous_standby_names} is set to on a server. It differs from the register's {@link SyncSet} in two
 * cases: while a change is under way, and when nobody counts (k = 0) but commits are to wait all the same.
 *
 * @param count how many of the members a commit waits for; 0 means the empty setting, which lets every commit through
 */
public record SyncSetting(List<NodeId> members, int count) {
  /** A name that no WAL receiver bears: commits wait, and the wait is armed (design, section 3.2, "in force"). */
  public static final String NOBODY = "conclave_nobody";

  /** Commits wait for a standby that does not exist. */
  public static final SyncSetting WAIT = new SyncSetting(List.of(), 1);

  /** Commits wait for nobody. */
  public static final SyncSetting FREE = new SyncSetting(List.of(), 0);

  public SyncSetting {
    members = Nodes.sorted(members);
  }

  /** The value of {@code synchronous_standby_names}. */
  public String toPostgres() {
    if (count == 0) {
      return "";
    }
    List<String> names = members.stream().map(node -> '"' + node.value() + '"').toList();
    return "ANY %d (%s)".formatted(count, names.isEmpty() ? NOBODY : String.join(", ", names));
  }
}
