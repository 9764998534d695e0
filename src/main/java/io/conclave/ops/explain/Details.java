package io.conclave.ops.explain;

import io.conclave.core.Evidence;
import io.conclave.core.HostId;
import io.conclave.core.Lsn;
import io.conclave.core.NodeId;
import io.conclave.core.Prefix;
import io.conclave.core.Vote;
import io.conclave.core.Vote.Opinion;
import io.conclave.core.decision.Candidate;
import io.conclave.core.decision.FenceCount;
import io.conclave.core.decision.Tally;
import io.conclave.text.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The evidence of a decision in lines: votes, fences, candidates. */
final class Details {
  /** A channel that never spoke may be as old as can be. */
  private static final long NEVER_MS = 1L << 40;

  private Details() {}

  /** Who voted how, what it rests on, and whether that is enough for a verdict. */
  static List<String> votes(Tally tally) {
    Table table = new Table().row("SENTINEL", "REGION", "VOTE", "WHAT IT SAW");
    tally.votes().stream()
        .sorted(Comparator.comparing(Vote::sentinel))
        .forEach(vote -> table.row(
            vote.sentinel().value(),
            vote.region().value(),
            word(vote.opinion()),
            vote.evidence().stream()
                .filter(Details::tells)
                .map(Details::evidence)
                .collect(Collectors.joining("; "))));
    for (HostId missing : tally.missing()) {
      table.row(
          missing.value(),
          "-",
          "none",
          "no vote that counts: silent, late, or about another epoch");
    }
    List<String> lines = new ArrayList<>(table.lines());
    int dead = tally.count(Opinion.DEAD);
    int regions = tally.regionsOf(Opinion.DEAD).size();
    boolean enough = dead >= tally.needed() && regions >= tally.regionsNeeded();
    lines.add("%d of %d sentinels say dead, %d are needed; in %d of %d regions, %d are needed: %s"
        .formatted(
            dead,
            tally.sentinels(),
            tally.needed(),
            regions,
            tally.regions(),
            tally.regionsNeeded(),
            enough ? "a verdict" : "no verdict"));
    return lines;
  }

  /** Why a primary that was healthy to every sentinel was left all the same. */
  static List<String> shut(NodeId primary, String why) {
    return List.of(
        "%s was not dead, and no vote of the sentinels was asked for.".formatted(primary),
        "Its disk was full (%s): it had no room for the file that opens its gate.".formatted(why),
        "So no client was let in, and none could have been until somebody had made room.",
        "Enough of its standbys had room, so one of them takes its place.",
        "To do: make room on %s (runbook disk-full). Without it %s cannot come back."
            .formatted(primary, primary));
  }

  /** A sentinel that was not stalled has nothing to say of itself. */
  private static boolean tells(Evidence evidence) {
    return evidence.channel() != Evidence.Channel.SELF
        || evidence.finding() != Evidence.Finding.ALIVE;
  }

  private static String evidence(Evidence evidence) {
    String age = evidence.ageMs() >= NEVER_MS
        ? "never heard"
        : "last heard %d ms before".formatted(evidence.ageMs());
    String detail = evidence.detail().isEmpty() ? "" : ", " + evidence.detail();
    return "%s %s (%s%s)"
        .formatted(word(evidence.channel()), word(evidence.finding()), age, detail);
  }

  /** One sentence for each configuration in which something might still have been acknowledged. */
  static List<String> fences(List<FenceCount> fences) {
    return fences.stream().map(Details::fence).toList();
  }

  private static String fence(FenceCount count) {
    int members = count.configuration().sync().size();
    int k = count.configuration().sync().k();
    String name = "epoch %d (%s)"
        .formatted(count.configuration().epoch(), count.configuration().primary());
    if (count.primaryFenced()) {
      return "%s: the primary itself is stopped and fenced, which is enough: yes".formatted(name);
    }
    if (k == 0) {
      return "%s: commits count no standby (k = 0), so no fence of standbys stops them: no"
          .formatted(name);
    }
    return "%s: a commit needs %d of %d standbys, so %d - %d + 1 = %d fenced ones stop every commit; fenced: %s: %s"
        .formatted(
            name,
            k,
            members,
            members,
            k,
            count.needed(),
            count.fenced().isEmpty()
                ? "none"
                : "%d (%s)".formatted(count.fenced().size(), Sentence.list(count.fenced())),
            count.reached() ? "yes" : "no");
  }

  /** All nodes of the group, the chosen one first. */
  static List<String> candidates(List<Candidate> candidates) {
    Table table = new Table()
        .row(
            "NODE", "REGION", "PRIO", "SERVER", "FENCED", "EPOCH", "LSN", "BEHIND", "HISTORY",
            "RESULT");
    candidates.stream()
        .sorted(Comparator.comparing(Candidate::standing))
        .forEach(node -> table.row(
            node.node().value(),
            node.region().value(),
            Integer.toString(node.priority()),
            node.rebuilding() ? "rebuilding" : node.server().map(Details::word).orElse("silent"),
            node.fenced() ? "yes" : "no",
            node.epoch() == 0 ? "-" : Long.toString(node.epoch()),
            node.position().equals(Lsn.ZERO) ? "-" : node.position().toString(),
            node.fenced() ? node.behindBytes() + " B" : "-",
            node.prefix().map(Details::history).orElse("-"),
            word(node.standing()) + ": " + node.why()));
    return table.lines();
  }

  private static String history(Prefix.Relation relation) {
    return switch (relation) {
      case PREFIX -> "same";
      case DIVERGED -> "diverged";
      case UNRELATED -> "unrelated";
    };
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
