package io.conclave.mutation;

import java.util.List;

/** Looks for what a mutation breaks. */
final class Finding {
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

  /** Seed, invariant and sentence of the first of these seeds that breaks something; empty when none does. */
  static List<String> bySeeds(TestBuild build, long from, long count) {
    return build.call("io.conclave.simulator.Simulator", "firstViolation", from, count);
  }
}
