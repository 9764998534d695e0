package io.conclave.mutation;

import java.util.List;

/** Looks for what a mutation breaks. */
final class Finding {
  private static final TestBuild UNCHANGED = TestBuild.of(List.of());

  private Finding() {}

  /** The answer of the first small world in which it is found, or else of the last one. */
  static List<String> exhaustively(Mutation mutation, int states) {
    TestBuild build = TestBuild.of(mutation.patches());
    List<String> answer = List.of("0");
    for (String world : mutation.exhaustive()) {
      answer =
          build.call("io.conclave.simulator.exhaustive.Search", "firstViolation", world, states);
      if (answer.size() > 1) {
        return answer;
      }
    }
    return answer;
  }

  /**
   * Seed, invariant and sentence of the first of these seeds that breaks something, and nothing without the mutation; empty
   * when none does.
   */
  static List<String> bySeeds(TestBuild build, long from, long count) {
    long next = from;
    while (next < from + count) {
      List<String> found = firstViolation(build, next, from + count - next);
      if (found.isEmpty()
          || firstViolation(UNCHANGED, Long.parseLong(found.get(0)), 1).isEmpty()) {
        return found;
      }
      next = Long.parseLong(found.get(0)) + 1;
    }
    return List.of();
  }

  private static List<String> firstViolation(TestBuild build, long from, long count) {
    return build.call("io.conclave.simulator.Simulator", "firstViolation", from, count);
  }
}
