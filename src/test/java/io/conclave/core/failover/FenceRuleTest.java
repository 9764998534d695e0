package io.conclave.core.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.EpochRow;
import io.conclave.core.Fenced;
import io.conclave.core.HostId;
import io.conclave.core.Lsn;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.Region;
import io.conclave.core.RegisterRecord;
import io.conclave.core.SyncSet;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FenceRuleTest {
  /**
   * Configurations as primary:S:k, the established one first; fenced nodes as name, epoch, position, and "!" when stopped;
   * who is preferred; whether it is a quorum of all; who is chosen. a has the highest priority.
   */
  @ParameterizedTest
  @CsvSource({
    // One configuration: N - k + 1 members, or the primary.
    "a:bc:1, b/1/9, '', false, ''",
    "a:bc:1, b/1/9 c/1/8, '', true, b",
    "a:bc:1, b/1/8 c/1/9, '', true, c",
    "a:bc:2, c/1/5, '', true, c",
    "a:bcde:2, b/1/9 c/1/8, '', false, ''",
    "a:bcde:2, b/1/9 c/1/8 e/1/7, '', true, b",
    "a:b:1, c/1/9, '', false, ''",
    // k = 0, or nobody: only the primary.
    "a:bc:0, b/1/9 c/1/9, '', false, ''",
    "a::0, b/1/9, '', false, ''",
    "a::0, a/1/9, '', true, a",
    // Equal positions: priority, unless one is preferred; a preferred one that lags is not chosen.
    "a:bc:1, b/1/9 c/1/9, '', true, b",
    "a:bc:1, b/1/9 c/1/9, c, true, c",
    "a:bc:1, b/1/9 c/1/8, c, true, b",
    // Whoever is to be left is chosen last, unless nobody has what it has.
    "a:bc:1, a/1/9 c/1/9, -a, true, c",
    "a:bc:1, a/1/9 c/1/8, -a, true, a",
    // An epoch outranks any position.
    "a:bc:1, b/1/99 c/2/5, '', true, c",
    // The stopped primary: a quorum, no candidate, and an obstacle while it is ahead of all.
    "a:bc:1, a/1/9!, '', true, ''",
    "a:bc:1, a/1/9! b/1/9, '', true, b",
    "a:bc:1, a/1/10! b/1/9, '', true, ''",
    "a:bc:1, a/1/10! b/1/9 c/1/8, '', true, b",
    "a:bc:1, a/1/10 b/1/9, '', true, a",
    "a:bc:1, b/1/9 c/1/10!, '', true, ''",
    // A node outside S may be chosen when it is ahead of a quorum.
    "a:b:1, b/1/8 c/1/9, '', true, c",
    // Succession: a quorum of each.
    "a:bc:1 b:c:1, c/1/9, '', false, ''",
    "a:bc:1 b:c:1, b/1/9 c/1/8, '', true, b",
    "a:bc:1 b:c:1, a/1/9 c/1/8, '', true, a",
    "a:bc:1 b:c:1, a/1/9 c/2/8, '', true, c",
    "a:bc:1 b:ac:1, a/1/9, '', false, ''",
    "a:bc:1 b:ac:1 c:ab:1, a/1/9 b/1/9, '', true, a",
    // A read replica is never chosen.
    "a:bc:1, b/1/8 c/1/8 r/1/9, '', true, b"
  })
  void quorumAndChoice(
      String configurations, String nodes, String preferred, boolean quorum, String chosen) {
    RegisterRecord register = register(configurations);
    Map<NodeId, Fenced> fenced = fenced(nodes);
    assertEquals(quorum, FenceRule.isQuorumOfAll(register, fenced));
    if (quorum) {
      assertEquals(
          name(chosen),
          FenceRule.choose(
              register, fenced, FenceRuleTest::member, node -> true, preference(preferred)));
    }
  }

  /** A full disk counts less than a commit, and more than a wish. */
  @ParameterizedTest
  @CsvSource({"b/1/8 c/1/8, b, b, c", "b/1/8 c/1/8, c, c, b", "b/1/9 c/1/8, b, '', b"})
  void ofEqualNodesOneWithRoomIsChosen(String nodes, String full, String preferred, String chosen) {
    assertEquals(
        name(chosen),
        FenceRule.choose(
            register("a:bc:1"),
            fenced(nodes),
            FenceRuleTest::member,
            node -> !node.value().equals(full),
            preference(preferred)));
  }

  /** The target, or the one to be left with a "-" before it. */
  private static Preference preference(String preferred) {
    return preferred.startsWith("-")
        ? new Preference(Optional.empty(), name(preferred.substring(1)))
        : new Preference(name(preferred), Optional.empty());
  }

  private static Optional<NodeId> name(String name) {
    return name.isBlank() ? Optional.empty() : Optional.of(new NodeId(name));
  }

  static Optional<Member> member(NodeId node) {
    Member.Kind kind = node.value().equals("r") ? Member.Kind.READ_REPLICA : Member.Kind.STANDBY;
    int priority = 200 - node.value().charAt(0);
    return Optional.of(
        new Member(node, new HostId("h"), new Region("r"), kind, "127.0.0.1", 1, priority));
  }

  private static RegisterRecord register(String text) {
    RegisterRecord record = RegisterRecord.EMPTY;
    long epoch = 0;
    for (String one : text.split(" ")) {
      String[] parts = one.split(":");
      epoch++;
      List<NodeId> members = Arrays.stream(parts[1].split(""))
          .filter(s -> !s.isEmpty())
          .map(NodeId::new)
          .toList();
      SyncSet sync = new SyncSet(members, Integer.parseInt(parts[2]));
      record =
          record.begin(new Configuration(epoch, new NodeId(parts[0]), sync, new UUID(epoch, 0)));
      if (epoch == 1) {
        record = record.establish(new UUID(1, 0));
      }
    }
    return record;
  }

  private static Map<NodeId, Fenced> fenced(String text) {
    Map<NodeId, Fenced> all = new TreeMap<>();
    for (String one : text.split(" ")) {
      String[] parts = one.replace("!", "").split("/");
      long epoch = Long.parseLong(parts[1]);
      EpochRow row = new EpochRow(epoch, new UUID(epoch, 0), new NodeId("a"), 1, Lsn.ZERO);
      Lsn position = new Lsn(Long.parseLong(parts[2]));
      all.put(
          new NodeId(parts[0]), new Fenced(Ballot.NONE, 1, position, 1, row, !one.endsWith("!")));
    }
    return all;
  }
}
