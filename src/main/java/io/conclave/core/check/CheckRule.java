package io.conclave.core.check;

import io.conclave.core.Gate;
import io.conclave.core.Incumbent;
import io.conclave.core.NodeReport;
import io.conclave.core.NodeReport.Problem;
import io.conclave.core.NodeReport.Receiver;
import io.conclave.core.NodeReport.ServerState;
import io.conclave.core.Timings;
import io.conclave.core.agent.GateRule;
import java.util.List;
import java.util.Optional;

/**
 * How a health check of a load balancer ends. It goes by what the agent of the same host has said lately: of an agent that is
 * dead or frozen, and of a host that has just thawed, nothing is known, and every check fails.
 */
public final class CheckRule {
  /** How far behind a standby may be where the request does not say: a WAL segment. */
  public static final long NEAR_BYTES = 16L << 20;

  private final long youngMs;
  private final long aliveMs;

  public CheckRule(Timings timings) {
    this.youngMs = youngMs(timings);
    this.aliveMs = Math.max(youngMs, timings.stuckMs());
  }

  /**
   * How old a word may be, in ms: no older than the shortest freeze that an agent deals with, if reports come often enough for
   * that, and in any case younger than the others' suspicion, before which nobody can have taken over.
   */
  static long youngMs(Timings timings) {
    return Math.max(
        GateRule.thawMs(timings.suspicionMs()),
        Math.min(timings.suspicionMs(), 2 * timings.reportMs()));
  }

  /** Why the check fails, in a sentence; empty when it passes. */
  public Optional<String> objection(CheckRequest request, Sight sight) {
    if (request.check() == Check.LIVENESS) {
      return silent(sight, aliveMs);
    }
    return silent(sight, youngMs)
        .or(() -> asleep(sight))
        .or(() -> ofNode(request, sight, sight.word().orElseThrow().report()));
  }

  private static Optional<String> silent(Sight sight, long limitMs) {
    if (sight.word().isEmpty()) {
      return Optional.of("the agent has said nothing of this node yet");
    }
    return sight
        .ageMs()
        .filter(age -> age > limitMs)
        .map(age -> "the agent has said nothing of this node for " + age + " ms");
  }

  private static Optional<String> asleep(Sight sight) {
    return sight
        .word()
        .filter(word -> !word.awake())
        .map(word -> "this host was frozen: the agent looks what has become of the node");
  }

  private static Optional<String> ofNode(CheckRequest request, Sight sight, NodeReport report) {
    return switch (request.check()) {
      case LIVENESS -> Optional.empty();
      case HEALTH -> notRunning(report);
      case PRIMARY -> noPrimary(sight, report);
      case STANDBY_LEADER -> Optional.of("there are no standby clusters here");
      case REPLICA -> noReplica(request, sight, report);
      case SYNC -> noSync(request, sight, report);
      case ASYNC -> noReplica(request, sight, report).or(() -> noAsync(sight, report));
      case READ_ONLY ->
        isPrimary(report) ? noPrimary(sight, report) : noReplica(request, sight, report);
      case READ_ONLY_SYNC ->
        isPrimary(report) ? noPrimary(sight, report) : noSync(request, sight, report);
      case READINESS ->
        isPrimary(report) ? noPrimary(sight, report) : noReplica(ready(request), sight, report);
    };
  }

  private static CheckRequest ready(CheckRequest request) {
    return new CheckRequest(
        request.check(),
        request.lagBytes().or(() -> Optional.of(NEAR_BYTES)),
        request.received(),
        true,
        request.unmet());
  }

  private static boolean isPrimary(NodeReport report) {
    return report.server() == ServerState.PRIMARY;
  }

  private static Optional<String> notRunning(NodeReport report) {
    boolean running = isPrimary(report) || report.server() == ServerState.STANDBY;
    return objection(!running, "the server is " + report.server());
  }

  /** As the agent sees it, and as the newest topology does that came here: whichever knows first of a successor. */
  private static Optional<String> noPrimary(Sight sight, NodeReport report) {
    return first(List.of(
        notRunning(report),
        objection(!isPrimary(report), "it is no primary: the server is a standby"),
        gateClosed(report),
        report
            .problem()
            .filter(problem -> problem.kind() == Problem.Kind.ISOLATED)
            .map(Problem::detail),
        sight.successor(report).map(CheckRule::superseded)));
  }

  private static String superseded(Incumbent incumbent) {
    return "%s is primary of epoch %d".formatted(incumbent.primary(), incumbent.epoch());
  }

  private static Optional<String> noStandby(NodeReport report) {
    return first(List.of(
        notRunning(report),
        objection(isPrimary(report), "it is no standby: the server is a primary"),
        objection(report.rebuilding().isPresent(), "its data is being rebuilt"),
        gateClosed(report)));
  }

  private static Optional<String> gateClosed(NodeReport report) {
    return objection(report.gate() == Gate.CLOSED, "its gate is closed");
  }

  private static Optional<String> noReplica(CheckRequest request, Sight sight, NodeReport report) {
    boolean streams = report.receiver() == Receiver.STREAMING;
    return first(List.of(
        request.unmet(),
        noStandby(report),
        objection(request.streaming() && !streams, "it does not stream"),
        strayed(sight, report),
        behind(request, sight, streams)));
  }

  /** A standby of an older epoch may hold WAL that is no part of the newer one, unless it streams from there already. */
  private static Optional<String> strayed(Sight sight, NodeReport report) {
    return sight
        .successor(report)
        .filter(incumbent -> report.receiver() != Receiver.STREAMING
            || report.upstream().filter(incumbent.primary()::equals).isEmpty())
        .map(incumbent -> "it does not follow yet: " + superseded(incumbent));
  }

  /** A standby that streams may be as far behind as it is, unless the request has a limit; another one must be near. */
  private static Optional<String> behind(CheckRequest request, Sight sight, boolean streams) {
    Optional<Long> limit =
        request.lagBytes().or(() -> streams ? Optional.empty() : Optional.of(NEAR_BYTES));
    if (limit.isEmpty()) {
      return Optional.empty();
    }
    Optional<Long> lag = sight.lagBytes(request.received());
    if (lag.isEmpty()) {
      return objection(!streams, "it does not stream, and how far it is behind is not known here");
    }
    return lag.filter(bytes -> bytes > limit.get())
        .map(bytes -> "it is %d bytes behind, and %d are the limit".formatted(bytes, limit.get()));
  }

  private static Optional<String> noSync(CheckRequest request, Sight sight, NodeReport report) {
    return first(List.of(
        request.unmet(),
        noStandby(report),
        objection(report.receiver() != Receiver.STREAMING, "it does not stream"),
        strayed(sight, report),
        objection(
            !sight.isSync(report).orElse(false), "no established sync set that it is in is known"),
        behind(request, sight, true)));
  }

  private static Optional<String> noAsync(Sight sight, NodeReport report) {
    return objection(
        sight.isSync(report).orElse(true),
        sight.isSync(report).isPresent()
            ? "commits wait for it"
            : "whether commits wait for it is not known here");
  }

  private static Optional<String> first(List<Optional<String>> objections) {
    return objections.stream().flatMap(Optional::stream).findFirst();
  }

  private static Optional<String> objection(boolean holds, String sentence) {
    return holds ? Optional.of(sentence) : Optional.empty();
  }
}
