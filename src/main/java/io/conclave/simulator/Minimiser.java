package io.conclave.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** Makes a failing history smaller: fewer nodes, fewer faults, the same invariant broken. */
public final class Minimiser {
  private Minimiser() {}

  /** The smallest options that were found under which this seed still breaks the same invariant. */
  public static Options minimise(long seed, Options options) {
    String invariant = Simulator.run(seed, options)
        .violation()
        .map(Violation::invariant)
        .orElseThrow(() -> new IllegalArgumentException("seed " + seed + " breaks nothing"));
    return withoutFaults(seed, withFewerNodes(seed, options, invariant), invariant);
  }

  private static boolean breaks(long seed, Options options, String invariant) {
    return Simulator.run(seed, options)
        .violation()
        .filter(violation -> violation.invariant().equals(invariant))
        .isPresent();
  }

  private static Options withFewerNodes(long seed, Options options, String invariant) {
    if (options.nodes().isPresent()) {
      return options;
    }
    int drawn = Scenario.draw(seed, options).nodes();
    for (int nodes : new int[] {2, 3}) {
      Options fewer = options.withNodes(nodes);
      if (nodes < drawn && breaks(seed, fewer, invariant)) {
        return fewer;
      }
    }
    return new Options(
        OptionalInt.of(drawn), options.policy(), options.whenAlone(), options.without());
  }

  /** First in halves, then one at a time, until none can be spared. */
  private static Options withoutFaults(long seed, Options options, String invariant) {
    Options best = options;
    List<Integer> left = remaining(seed, best);
    for (int size = Math.max(1, left.size() / 2); size >= 1; size /= 2) {
      for (int from = 0; from < left.size(); ) {
        Set<Integer> without = new TreeSet<>(best.without());
        without.addAll(left.subList(from, Math.min(from + size, left.size())));
        Options fewer = best.without(without);
        if (breaks(seed, fewer, invariant)) {
          best = fewer;
          left = remaining(seed, best);
        } else {
          from += size;
        }
      }
    }
    return best;
  }

  private static List<Integer> remaining(long seed, Options options) {
    return new ArrayList<>(
        Scenario.draw(seed, options).faults().stream().map(Fault::number).toList());
  }

  /**
   * The smallest history of a seed that breaks something, for callers that load this class by a loader of their own, as {@link
   * Simulator#firstViolation}.
   *
   * @return the invariant that it breaks, how many nodes it has, how many faults
   */
  public static List<String> smallest(long seed) {
    Options best = minimise(seed, Options.DRAWN);
    Scenario scenario = Scenario.draw(seed, best);
    return List.of(
        Simulator.run(seed, best).violation().map(Violation::invariant).orElse("none"),
        Integer.toString(scenario.nodes()),
        Integer.toString(scenario.faults().size()));
  }
}
