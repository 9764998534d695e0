package io.conclave.simulator;

import io.conclave.core.Durability;
import io.conclave.core.Durability.Policy;
import io.conclave.core.Durability.WhenAlone;
import io.conclave.core.Timings;
import io.conclave.core.failover.Phase;
import java.util.ArrayList;
import java.util.List;

/**
 * What a seed draws before anything happens.
 *
 * @param healMs when the last fault ends
 */
record Scenario(
    int nodes,
    int sentinels,
    int edges,
    Durability durability,
    Timings timings,
    List<Fault> faults,
    long healMs) {
  private static final Phase[] MOMENTS = {
    Phase.CLAIMING,
    Phase.STEADY,
    Phase.PREPARING,
    Phase.DRAINING,
    Phase.FENCING,
    Phase.BEGINNING,
    Phase.PROMOTING,
    Phase.ESTABLISHING
  };

  private static final Timings QUICK = new Timings(
      600, 450, 1200, 3000, 150, 300, 400, 2000, 4000, 4000, 1000, 1500, 2000, 1000, 8, 20_000);

  /** An old primary that is cut off serves those who reach it for long: what keeps them away is the edge alone. */
  private static final Timings LATE_ISOLATION = new Timings(
      600, 450, 1200, 3000, 150, 300, 400, 2000, 4000, 4000, 1000, 1500, 6000, 1000, 8, 20_000);

  /** A group at which nothing happens by itself. */
  static Scenario quiet(int nodes, int sentinels, Durability durability) {
    return new Scenario(nodes, sentinels, 0, durability, QUICK, List.of(), Long.MAX_VALUE);
  }

  static Scenario draw(long seed, Options options) {
    Dice dice = Dice.of(seed, 1);
    int drawnNodes = new int[] {3, 3, 3, 5, 2}[dice.below(5)];
    int nodes = options.nodes().orElse(drawnNodes);
    // By what was drawn: a smaller group must not meet other faults.
    boolean manySentinels = drawnNodes == 5 && dice.oneIn(2);
    int sentinels = nodes == 5 && manySentinels ? 5 : 3;
    Policy policy = dice.oneIn(4) ? Policy.CROSS_REGION : Policy.QUORUM;
    WhenAlone whenAlone = dice.oneIn(2) ? WhenAlone.STRICT : WhenAlone.AVAILABLE;
    long healMs = dice.between(35_000, 48_000);
    List<Fault> all = faults(dice, healMs);
    List<Fault> faults = all.stream()
        .filter(fault -> !options.without().contains(fault.number()))
        .toList();
    Dice edgeDice = Dice.of(seed, 7);
    int edges = edgeDice.oneIn(3) ? 1 : 0;
    faults = edges == 0 ? faults : faults.stream().map(Scenario::someWhileHeld).toList();
    return new Scenario(
        nodes,
        sentinels,
        edges,
        new Durability(options.policy().orElse(policy), options.whenAlone().orElse(whenAlone)),
        edges > 0 && edgeDice.oneIn(2) ? LATE_ISOLATION : QUICK,
        faults,
        healMs);
  }

  /** In bursts: what follows upon a fault at once is worth more than what comes to a group at rest. */
  private static List<Fault> faults(Dice dice, long healMs) {
    List<Fault> all = new ArrayList<>();
    int count = dice.between(5, 16);
    long at = dice.between(500, 8000);
    for (int i = 0; i < count && at < healMs - 200; i++) {
      Phase moment = i >= 3 && dice.oneIn(3) ? MOMENTS[dice.below(MOMENTS.length)] : null;
      all.add(new Fault(
          i, at, moment, Fault.Kind.draw(dice), target(dice), lasting(dice), dice.next()));
      at += dice.oneIn(2) ? dice.between(0, 1200) : dice.between(1000, 9000);
    }
    return all;
  }

  /** Only edges let a switchover come by this phase. */
  private static Fault someWhileHeld(Fault fault) {
    boolean held = fault.whenPhase() == Phase.PREPARING && fault.forMs() % 2 == 0;
    return held ? fault.when(Phase.HOLDING) : fault;
  }

  private static Fault.Target target(Dice dice) {
    Fault.Target[] targets = {
      Fault.Target.PRIMARY,
      Fault.Target.PRIMARY,
      Fault.Target.SYNC_STANDBY,
      Fault.Target.COORDINATOR,
      Fault.Target.ANYBODY
    };
    return targets[dice.below(targets.length)];
  }

  private static long lasting(Dice dice) {
    return switch (dice.below(4)) {
      case 0 -> dice.between(50, 800);
      case 1, 2 -> dice.between(800, 4000);
      default -> dice.between(4000, 15_000);
    };
  }
}
