package io.conclave.mutation;

import java.util.List;

/**
 * A rule of the protocol, taken away.
 *
 * @param name unique and short
 * @param rule what is missing then, in words
 * @param exhaustive names of the small worlds in which the exhaustive check is to find it, smallest first
 * @param simulated whether the simulator is to find it
 */
record Mutation(
    String name, String rule, List<Patch> patches, List<String> exhaustive, boolean simulated) {

  Mutation {
    patches = List.copyOf(patches);
    exhaustive = List.copyOf(exhaustive);
  }

  @Override
  public String toString() {
    return name;
  }
}
