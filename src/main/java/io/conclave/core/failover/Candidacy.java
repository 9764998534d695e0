package io.conclave.core.failover;

import io.conclave.core.EpochRow;
import io.conclave.core.Fenced;
import io.conclave.core.Lsn;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.NodeReport.ServerState;
import io.conclave.core.Prefix;
import io.conclave.core.decision.Candidate;
import io.conclave.core.decision.Candidate.Standing;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Every node of a group at the moment when one of them was chosen, or none. The choice is made elsewhere ({@link FenceRule},
 * {@link Switchovers}); here it is told apart by what it was made: fence, epoch, position, room, wish, priority, name.
 */
final class Candidacy {
  private record Standpoint(Standing standing, String why) {}

  private Candidacy() {}

  /**
   * @param fenced the evidence that the choice was made by
   */
  static List<Candidate> ofFailover(
      Turn turn, Map<NodeId, Fenced> fenced, Optional<NodeId> chosen) {
    return turn.rules.group().members().stream()
        .map(member -> candidate(
            turn,
            member,
            Optional.ofNullable(fenced.get(member.node())),
            chosen.map(best -> new Chosen(best, fenced.get(best))),
            standing(turn, member, fenced, chosen)))
        .toList();
  }

  static List<Candidate> ofSwitchover(Turn turn, Optional<NodeId> target, Optional<NodeId> asked) {
    return turn.rules.group().members().stream()
        .map(member -> candidate(
            turn,
            member,
            Optional.empty(),
            Optional.empty(),
            inSwitchover(turn, member, target, asked)))
        .toList();
  }

  static List<Candidate> ofFormation(Turn turn, NodeId first) {
    return turn.rules.group().members().stream()
        .map(member -> candidate(
            turn, member, Optional.empty(), Optional.empty(), inFormation(turn, member, first)))
        .toList();
  }

  private record Chosen(NodeId node, Fenced evidence) {}

  private static Candidate candidate(
      Turn turn,
      Member member,
      Optional<Fenced> fence,
      Optional<Chosen> chosen,
      Standpoint standpoint) {
    Optional<NodeReport> report = turn.fresh(member.node());
    Lsn position =
        fence.map(Fenced::position).or(() -> report.map(NodeReport::position)).orElse(Lsn.ZERO);
    Optional<Chosen> by = chosen.filter(best -> best.evidence() != null);
    return new Candidate(
        member.node(),
        member.region(),
        member.priority(),
        standpoint.standing(),
        standpoint.why(),
        report.map(NodeReport::server),
        fence.isPresent(),
        report.flatMap(NodeReport::rebuilding).isPresent(),
        fence
            .map(Fenced::epochRow)
            .or(() -> report.flatMap(NodeReport::epochRow))
            .map(EpochRow::epoch)
            .orElse(0L),
        position,
        by.map(best -> best.evidence().position().ahead(position)).orElse(0L),
        by.flatMap(best -> fence.map(own -> relation(turn, best, own))));
  }

  private static Prefix.Relation relation(Turn turn, Chosen best, Fenced own) {
    List<EpochRow> planned = Attempts.plannedHistory(
        turn, best.node(), best.evidence(), best.evidence().epochRow().epoch() + 1, turn.fresh());
    return Prefix.of(Optional.of(own.epochRow()), own.position(), planned);
  }

  private static Standpoint standing(
      Turn turn, Member member, Map<NodeId, Fenced> fenced, Optional<NodeId> chosen) {
    NodeId node = member.node();
    if (chosen.filter(node::equals).isPresent()) {
      return new Standpoint(Standing.CHOSEN, "most advanced of the fenced");
    }
    if (!member.mayBePrimary()) {
      return new Standpoint(Standing.UNFIT, "a read replica is never promoted");
    }
    Fenced own = fenced.get(node);
    if (own == null && isPrimary(turn, node) && turn.phase() == Phase.STEADY) {
      return new Standpoint(Standing.LEFT, "the primary itself");
    }
    if (own == null) {
      return new Standpoint(
          isPrimary(turn, node) ? Standing.LEFT : Standing.UNFIT, whyNotFenced(turn, node));
    }
    if (!own.promotable()) {
      return new Standpoint(
          isPrimary(turn, node) ? Standing.LEFT : Standing.UNFIT,
          "its server is stopped: it proves the fence, and cannot be promoted as it is");
    }
    if (!Histories.isSound(turn, node, fenced)) {
      return new Standpoint(
          Standing.UNFIT, "its epochs are not those of a node that was known to count");
    }
    return chosen
        .map(best -> behind(turn, node, own, turn.rules.known(best), fenced.get(best)))
        .orElseGet(() -> new Standpoint(
            Standing.PASSED_OVER, "fenced, and not known to hold every acknowledged commit"));
  }

  private static boolean isPrimary(Turn turn, NodeId node) {
    return turn.register().active().stream().anyMatch(c -> c.primary().equals(node));
  }

  private static String whyNotFenced(Turn turn, NodeId node) {
    Optional<NodeReport> report = turn.fresh(node);
    if (report.isEmpty()) {
      return "its agent is silent, so nobody knows what it does";
    }
    if (report.get().rebuilding().isPresent()) {
      return "its data is being rebuilt, and may be incomplete";
    }
    if (isLeft(turn, node) && report.get().server() == ServerState.STOPPED) {
      return "stopped for the switchover: it gives no evidence until it is started again";
    }
    return report.get().server() == ServerState.ABSENT
        ? "it has no data"
        : "not fenced: server %s, order %s %s"
            .formatted(
                report.get().server(),
                turn.outcome(node).map(Enum::name).orElse("not answered yet"),
                report.get().order().detail())
            .strip();
  }

  private static boolean isLeft(Turn turn, NodeId node) {
    return turn.attempt()
        .map(Attempt::preference)
        .flatMap(Preference::left)
        .filter(node::equals)
        .isPresent();
  }

  /** By the order of {@link FenceRule#choose}. */
  private static Standpoint behind(Turn turn, NodeId node, Fenced own, Member best, Fenced bests) {
    if (bests == null) {
      return new Standpoint(Standing.PASSED_OVER, "fenced");
    }
    long epoch = own.epochRow().epoch();
    long bestEpoch = bests.epochRow().epoch();
    if (epoch != bestEpoch) {
      return passedOver(
          "its history ends in epoch %d, that of %s in %d: an epoch outranks any position"
              .formatted(epoch, best.node(), bestEpoch));
    }
    if (FenceRule.compare(own, bests) < 0) {
      return passedOver("%d bytes of WAL behind %s"
          .formatted(bests.position().ahead(own.position()), best.node()));
    }
    if (!Attempts.hasRoom(turn, node) && Attempts.hasRoom(turn, best.node())) {
      return passedOver("as far as %s, but its disk is full".formatted(best.node()));
    }
    if (turn.attempt().flatMap(Attempt::preferred).filter(best.node()::equals).isPresent()) {
      return passedOver(
          "as far as %s, which is the target of the switchover".formatted(best.node()));
    }
    if (isLeft(turn, node)) {
      return passedOver(
          "as far as %s, but it is the primary that the operator leaves".formatted(best.node()));
    }
    int priority = turn.rules.known(node).priority();
    return passedOver(
        priority == best.priority()
            ? "as far as %s and of the same priority: the first by name wins".formatted(best.node())
            : "as far as %s, which has the higher priority (%d against %d)"
                .formatted(best.node(), best.priority(), priority));
  }

  private static Standpoint passedOver(String why) {
    return new Standpoint(Standing.PASSED_OVER, why);
  }

  private static Standpoint inSwitchover(
      Turn turn, Member member, Optional<NodeId> target, Optional<NodeId> asked) {
    NodeId node = member.node();
    if (turn.register().established().filter(c -> c.primary().equals(node)).isPresent()) {
      return new Standpoint(Standing.LEFT, "is the primary");
    }
    Optional<String> unfit = Switchovers.unfit(turn, node);
    if (target.filter(node::equals).isPresent()) {
      return new Standpoint(
          Standing.CHOSEN,
          asked.isPresent()
              ? "named by the operator, and ready"
              : "ready, and the first of the ready ones");
    }
    return unfit
        .map(why -> new Standpoint(Standing.UNFIT, why))
        .orElseGet(() -> passedOver(
            asked.isPresent()
                ? "ready; the operator named another"
                : "ready; members of the sync set come first, then priority, then name"));
  }

  private static Standpoint inFormation(Turn turn, Member member, NodeId first) {
    String state = turn.fresh(member.node())
        .map(
            report -> report.server() == ServerState.ABSENT ? "empty" : "server " + report.server())
        .orElse("silent");
    if (member.node().equals(first)) {
      return new Standpoint(Standing.CHOSEN, state + ", priority " + member.priority());
    }
    return member.mayBePrimary()
        ? passedOver("%s, priority %d".formatted(state, member.priority()))
        : new Standpoint(Standing.UNFIT, "a read replica is never promoted");
  }

  /** The most advanced of these; empty when there is none. */
  static Optional<Fenced> best(Map<NodeId, Fenced> fenced) {
    return fenced.values().stream().filter(Objects::nonNull).max(FenceRule::compare);
  }
}
