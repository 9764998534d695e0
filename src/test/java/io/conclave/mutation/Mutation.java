package io.conclave.mutation;

import java.util.List;
import java.util.Optional;

/**
 * A rule of the protocol, taken away.
 *
 * @param name unique and short
 * @param rule what is missing then, in words
 * @param exhaustive names of the small worlds in which the exhaustive check is to find it, smallest first
 * @param guard the rule by which nothing happens without this one all the same; empty when its absence is to be found
 */
record Mutation(
    String name,
    String rule,
    List<Patch> patches,
    List<String> exhaustive,
    Optional<String> guard) {

  Mutation {
    patches = List.copyOf(patches);
    exhaustive = List.copyOf(exhaustive);
  }

  @Override
  public String toString() {
    return name;
  }
}
