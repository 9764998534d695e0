package io.conclave.core.health;

import io.conclave.core.Evidence;
import io.conclave.core.Evidence.Channel;
import io.conclave.core.Evidence.Finding;
import io.conclave.core.NodeReport;
import io.conclave.core.NodeReport.Problem;
import io.conclave.core.Timings;
import io.conclave.core.Vote.Opinion;
import java.util.List;
import java.util.Optional;

/**
 * Evidence → opinion of one sentinel (design, section 5).
 *
 * <p>Proof of death votes at once. Silence votes only when all channels have been silent for the suspicion time, or longer where signs of
 * life come irregularly ({@link Rhythm}). A host
 * that answers beside a server that does not has a longer time of its own. A silent agent beside a server that answers, or
 * whose WAL still moves, is not a dead primary. A sentinel that was stalled itself abstains
 * until it has heard again.
 */
public record Judgement(Opinion opinion, List<Evidence> evidence) {

  /** Judges what was seen so far. */
  public static Judgement of(Watch watch, Timings timings, long nowMs) {
    List<Evidence> evidence = List.of(
        agent(watch, timings, nowMs),
        probe(watch, timings, nowMs),
        wal(watch, timings, nowMs),
        self(watch, nowMs));
    return new Judgement(opinion(watch, timings, evidence, nowMs), evidence);
  }

  private static Opinion opinion(
      Watch watch, Timings timings, List<Evidence> evidence, long nowMs) {
    Finding agent = evidence.get(0).finding();
    Finding probe = evidence.get(1).finding();
    boolean refusedBesideStuck = agent == Finding.STUCK && probe == Finding.DEAD;
    if ((agent == Finding.DEAD || probe == Finding.DEAD) && !refusedBesideStuck) {
      return lifeAfterProof(watch, agent, probe) ? Opinion.SUSPECT : Opinion.DEAD;
    }
    if (agent == Finding.STUCK) {
      boolean tooLong =
          watch.stuckMs().filter(since -> nowMs - since >= timings.stuckMs()).isPresent();
      return tooLong && probe != Finding.ALIVE && !isOutOfConnections(watch)
          ? Opinion.DEAD
          : Opinion.SUSPECT;
    }
    if (agent == Finding.ALIVE && probe == Finding.ALIVE) {
      return Opinion.HEALTHY;
    }
    boolean silent = agent == Finding.SILENT && probe == Finding.SILENT;
    if (silent && evidence.get(2).finding() != Finding.ALIVE) {
      return Opinion.DEAD;
    }
    boolean tooEarly = agent == Finding.NOTHING || probe == Finding.NOTHING;
    return tooEarly ? Opinion.ABSTAIN : Opinion.SUSPECT;
  }

  /**
   * A channel that shows life after the other one gave proof of death: they contradict each other. Only its last word
   * counts, while it is young: an answer that was under way when the server died contradicts nothing for long.
   */
  private static boolean lifeAfterProof(Watch watch, Finding agent, Finding probe) {
    boolean probedAfterDeath = agent == Finding.DEAD
        && probe == Finding.ALIVE
        && watch.lastProbe().filter(Probe.ANSWERED::equals).isPresent()
        && watch.lifeMs().filter(life -> life > watch.deadByAgentMs().get()).isPresent();
    boolean reportedAfterRefusal = agent == Finding.ALIVE
        && watch.refusedMs().isPresent()
        && watch.agent().filter(heard -> heard.atMs() > watch.refusedMs().get()).isPresent();
    return probedAfterDeath || reportedAfterRefusal;
  }

  private static boolean isOutOfConnections(Watch watch) {
    return watch
        .agent()
        .flatMap(heard -> heard.report().problem())
        .map(Problem::kind)
        .filter(Problem.Kind.OUT_OF_CONNECTIONS::equals)
        .isPresent();
  }

  private static Evidence agent(Watch watch, Timings timings, long nowMs) {
    long age = age(watch, watch.agent().map(Watch.Heard::atMs), nowMs);
    String says = watch
        .agent()
        .map(Watch.Heard::report)
        .map(NodeReport::server)
        .map(Enum::name)
        .orElse("nothing yet");
    if (watch.deadByAgentMs().isPresent()) {
      return new Evidence(
          Channel.AGENT, Finding.DEAD, nowMs - watch.deadByAgentMs().get(), says);
    }
    if (age >= watch.reports().patienceMs(timings.suspicionMs())) {
      return new Evidence(Channel.AGENT, Finding.SILENT, age, says);
    }
    if (watch.agent().filter(heard -> heard.atMs() >= watch.sinceMs()).isEmpty()) {
      return new Evidence(Channel.AGENT, Finding.NOTHING, age, says);
    }
    return new Evidence(
        Channel.AGENT, watch.stuckMs().isPresent() ? Finding.STUCK : Finding.ALIVE, age, says);
  }

  private static Evidence probe(Watch watch, Timings timings, long nowMs) {
    long age = age(watch, watch.lifeMs(), nowMs);
    String says = watch.lastProbe().map(Enum::name).orElse("nothing yet");
    if (watch.refusedMs().isPresent()) {
      return new Evidence(Channel.PROBE, Finding.DEAD, nowMs - watch.refusedMs().get(), says);
    }
    if (age >= watch.answers().patienceMs(timings.suspicionMs())) {
      return new Evidence(Channel.PROBE, Finding.SILENT, age, says);
    }
    return new Evidence(
        Channel.PROBE,
        watch.lifeMs().filter(life -> life >= watch.sinceMs()).isPresent()
            ? Finding.ALIVE
            : Finding.NOTHING,
        age,
        says);
  }

  private static Evidence wal(Watch watch, Timings timings, long nowMs) {
    Optional<Long> moved = watch.movedMs().filter(at -> nowMs - at < timings.suspicionMs());
    return new Evidence(
        Channel.WAL_STREAM,
        moved.isPresent() ? Finding.ALIVE : Finding.NOTHING,
        age(watch, watch.movedMs(), nowMs),
        moved.isPresent() ? "a standby receives WAL" : "no standby receives WAL");
  }

  private static Evidence self(Watch watch, long nowMs) {
    return new Evidence(
        Channel.SELF, Finding.ALIVE, nowMs - watch.sinceMs(), "watching without a stall");
  }

  /** Silence is counted from the later of the last sign and the moment this sentinel could hear at all. */
  private static long age(Watch watch, Optional<Long> lastMs, long nowMs) {
    return nowMs - Math.max(lastMs.orElse(watch.sinceMs()), watch.sinceMs());
  }
}
