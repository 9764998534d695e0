package io.conclave.simulator.exhaustive;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How big the small world is. Every fault that is left out is a bound of what was shown.
 *
 * @param replicas sentinels that hold the register: 1, or 3 with their messages one by one
 * @param atomicRegister whether a claim or a write is one step
 * @param claims how many ballots are claimed in all
 * @param verdicts how often the votes say that the primary is dead
 * @param writes commits that clients send
 * @param lates how often time passes at a coordinator beyond all pauses and deadlines
 * @param kills of a primary's server
 * @param startsByHand of a stopped primary
 * @param agentRestarts how often an agent forgets all but its promise
 * @param cuts how often the link of one standby fails (it may be mended at any time)
 * @param switchovers asked for
 * @param unavailable how often the register is said to have no majority
 * @param lostDisks of sentinels
 * @param pauses of replay on a standby
 * @param replayLags whether a standby shows later what it has received
 * @param orders highest number of an order under one ballot
 * @param start what has happened before
 */
record Bounds(
    int replicas,
    boolean atomicRegister,
    int coordinators,
    int claims,
    int verdicts,
    int writes,
    int lates,
    int kills,
    int startsByHand,
    int agentRestarts,
    int cuts,
    int switchovers,
    int unavailable,
    int lostDisks,
    int pauses,
    boolean replayLags,
    int orders,
    Start start) {

  private static final int ORDERS = 12;

  /** One coordinator, an atomic register, no fault but a verdict. */
  private static Bounds quiet(int claims, int verdicts, int writes, int lates) {
    return new Bounds(
        1,
        true,
        1,
        claims,
        verdicts,
        writes,
        lates,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        false,
        ORDERS,
        Start.WHOLE);
  }

  private Bounds withCoordinators(int count) {
    return new Bounds(
        replicas,
        atomicRegister,
        count,
        claims,
        verdicts,
        writes,
        lates,
        kills,
        startsByHand,
        agentRestarts,
        cuts,
        switchovers,
        unavailable,
        lostDisks,
        pauses,
        replayLags,
        orders,
        start);
  }

  private Bounds withSentinels(int lost) {
    return new Bounds(
        3,
        false,
        coordinators,
        claims,
        verdicts,
        writes,
        lates,
        kills,
        startsByHand,
        agentRestarts,
        cuts,
        switchovers,
        unavailable,
        lost,
        pauses,
        replayLags,
        orders,
        start);
  }

  private Bounds withServerFaults(int killed, int byHand) {
    return new Bounds(
        replicas,
        atomicRegister,
        coordinators,
        claims,
        verdicts,
        writes,
        lates,
        killed,
        byHand,
        agentRestarts,
        cuts,
        switchovers,
        unavailable,
        lostDisks,
        pauses,
        replayLags,
        orders,
        start);
  }

  private Bounds withAgentRestarts(int count) {
    return new Bounds(
        replicas,
        atomicRegister,
        coordinators,
        claims,
        verdicts,
        writes,
        lates,
        kills,
        startsByHand,
        count,
        cuts,
        switchovers,
        unavailable,
        lostDisks,
        pauses,
        replayLags,
        orders,
        start);
  }

  private Bounds withCuts(int count) {
    return new Bounds(
        replicas,
        atomicRegister,
        coordinators,
        claims,
        verdicts,
        writes,
        lates,
        kills,
        startsByHand,
        agentRestarts,
        count,
        switchovers,
        unavailable,
        lostDisks,
        pauses,
        replayLags,
        orders,
        start);
  }

  private Bounds withSwitchovers(int count) {
    return new Bounds(
        replicas,
        atomicRegister,
        coordinators,
        claims,
        verdicts,
        writes,
        lates,
        kills,
        startsByHand,
        agentRestarts,
        cuts,
        count,
        unavailable,
        lostDisks,
        pauses,
        replayLags,
        orders,
        start);
  }

  private Bounds withReplay(int paused, boolean lags) {
    return new Bounds(
        replicas,
        atomicRegister,
        coordinators,
        claims,
        verdicts,
        writes,
        lates,
        kills,
        startsByHand,
        agentRestarts,
        cuts,
        switchovers,
        unavailable,
        lostDisks,
        paused,
        lags,
        orders,
        start);
  }

  private Bounds withUnavailable(int count) {
    return new Bounds(
        replicas,
        atomicRegister,
        coordinators,
        claims,
        verdicts,
        writes,
        lates,
        kills,
        startsByHand,
        agentRestarts,
        cuts,
        switchovers,
        count,
        lostDisks,
        pauses,
        replayLags,
        orders,
        start);
  }

  private Bounds from(Start other) {
    return new Bounds(
        replicas,
        atomicRegister,
        coordinators,
        claims,
        verdicts,
        writes,
        lates,
        kills,
        startsByHand,
        agentRestarts,
        cuts,
        switchovers,
        unavailable,
        lostDisks,
        pauses,
        replayLags,
        orders,
        other);
  }

  /** The small worlds by name. */
  static Map<String, Bounds> worlds() {
    Map<String, Bounds> worlds = new LinkedHashMap<>();
    worlds.put("failover", quiet(1, 1, 1, 1));
    worlds.put("returning", quiet(1, 1, 1, 2));
    worlds.put("two-failovers", quiet(2, 2, 1, 1));
    worlds.put("succession", quiet(2, 1, 1, 2).withServerFaults(1, 0));
    worlds.put("called-off", quiet(1, 2, 1, 1));
    worlds.put("begin-again", quiet(1, 1, 1, 1));
    worlds.put("two-coordinators", quiet(2, 1, 1, 0).withCoordinators(2));
    worlds.put("agent-restarts", quiet(1, 1, 1, 0).withCoordinators(2).withAgentRestarts(1));
    worlds.put("one-agent-restarts", quiet(1, 1, 1, 0).withAgentRestarts(1));
    worlds.put("replay", quiet(1, 1, 1, 0).withReplay(0, true));
    worlds.put("paused", quiet(1, 1, 1, 0).withReplay(1, false));
    worlds.put("gate", quiet(1, 1, 1, 0));
    worlds.put("rejoin", quiet(2, 2, 1, 2));
    worlds.put("sync-set", quiet(1, 1, 1, 2).withCuts(1));
    worlds.put("sync-set-two", quiet(2, 1, 1, 2).withCoordinators(2).withCuts(1));
    worlds.put("shrunk", quiet(1, 1, 1, 1).from(Start.SHRUNK));
    worlds.put("shrunk-two", quiet(1, 1, 1, 0).withCoordinators(2).from(Start.SHRUNK));
    worlds.put("failed-over", quiet(0, 1, 1, 1).from(Start.FAILED_OVER));
    worlds.put("grown", quiet(0, 1, 1, 2).from(Start.GROWN));
    worlds.put("beside", quiet(0, 1, 1, 1).from(Start.BESIDE));
    worlds.put("candidate", quiet(2, 0, 0, 2).from(Start.CANDIDATE));
    worlds.put("begun", quiet(2, 0, 1, 1).from(Start.BEGUN));
    worlds.put(
        "rejoined", quiet(0, 0, 1, 0).withAgentRestarts(1).withCuts(1).from(Start.FAILED_OVER));
    worlds.put("switchover", quiet(2, 0, 1, 1).withSwitchovers(1));
    worlds.put("register", quiet(2, 1, 0, 0).withCoordinators(2).withSentinels(0));
    worlds.put("lost-disk", quiet(2, 1, 0, 0).withCoordinators(2).withSentinels(1));
    worlds.put("unavailable", quiet(2, 1, 1, 1).withCoordinators(2).withUnavailable(1));
    return worlds;
  }
}
