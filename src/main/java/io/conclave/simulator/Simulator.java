package io.conclave.simulator;

import java.util.List;
import java.util.Optional;

/**
 * Runs histories. One seed is one history, byte for byte; nothing in it depends on the clock, on threads or on hash order.
 * A caller may run many seeds at once, each on a thread of its own.
 */
public final class Simulator {
  /** Every history is at least this long. */
  private static final long AT_LEAST_MS = 60_000;

  /** I6: within this time of the last heal clients' writes are acknowledged, and the group is whole. */
  private static final long WHOLE_MS = 60_000;

  private static final long LOOK_MS = 200;

  private Simulator() {}

  /** One history. */
  public static Outcome run(long seed, Options options) {
    return play(seed, options, false).outcome();
  }

  /** One history, with what happened in it, line by line. */
  public static History replay(long seed, Options options) {
    return play(seed, options, true);
  }

  /**
   * A history and its timeline.
   *
   * @param lines empty unless it was asked for
   */
  public record History(Outcome outcome, List<String> lines) {
    public History {
      lines = List.copyOf(lines);
    }
  }

  private static History play(long seed, Options options, boolean traced) {
    World world = new World(seed, Scenario.draw(seed, options), traced);
    world.begin();
    long steps = 0;
    boolean healed = false;
    long lookAt = 0;
    while (world.invariants.violation().isEmpty()) {
      world.step();
      steps++;
      long now = world.schedule.nowMs();
      if (!healed && now >= world.scenario.healMs()) {
        healed = true;
        world.faults.heal();
      }
      if (healed && now >= lookAt) {
        lookAt = now + LOOK_MS;
        if (isOver(world, now)) {
          break;
        }
      }
    }
    world.trace.mix(steps);
    return new History(
        new Outcome(
            seed,
            world.invariants.violation(),
            world.schedule.nowMs(),
            world.faults.done(),
            steps,
            world.invariants.acknowledged(),
            Math.max(0, world.invariants.failovers() - 1),
            world.trace.fingerprint()),
        world.trace.lines());
  }

  private static boolean isOver(World world, long now) {
    boolean writable = now - world.clients.lastAcknowledgedMs() < 2000 && world.edgesServe(4000);
    boolean whole = world.isWhole() && writable;
    if (!whole && now - world.scenario.healMs() > WHOLE_MS) {
      if (world.isBeyondHelp()) {
        return true;
      }
      world.invariants.violated(
          "I6",
          "not whole %d ms after the last fault has ended%s"
              .formatted(now - world.scenario.healMs(), world.summary()));
    }
    if (whole && now >= AT_LEAST_MS) {
      world.invariants.atTheEnd();
      return true;
    }
    return false;
  }

  /**
   * The first of these seeds that breaks an invariant, for callers that load this class by a loader of their own and share
   * no type with it but those of the JDK.
   *
   * @return {@code seed, invariant, sentence}; empty when all hold
   */
  public static List<String> firstViolation(long fromSeed, long count) {
    for (long seed = fromSeed; seed < fromSeed + count; seed++) {
      Optional<Violation> violation = run(seed, Options.DRAWN).violation();
      if (violation.isPresent()) {
        return List.of(
            Long.toString(seed), violation.get().invariant(), violation.get().toString());
      }
    }
    return List.of();
  }
}
