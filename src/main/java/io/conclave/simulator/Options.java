package io.conclave.simulator;

import io.conclave.core.Durability.Policy;
import io.conclave.core.Durability.WhenAlone;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What is fixed in advance; what is empty is drawn by the seed.
 *
 * @param nodes 2, 3 or 5
 * @param without numbers of the seed's faults that are left out, for a smaller history
 */
public record Options(
    OptionalInt nodes,
    Optional<Policy> policy,
    Optional<WhenAlone> whenAlone,
    Set<Integer> without) {
  /** The seed draws everything. */
  public static final Options DRAWN =
      new Options(OptionalInt.empty(), Optional.empty(), Optional.empty(), Set.of());

  public Options {
    without = Set.copyOf(without);
  }

  /** The same without these faults. */
  public Options without(Set<Integer> faults) {
    return new Options(nodes, policy, whenAlone, faults);
  }

  /** The same with a group of this size. */
  public Options withNodes(int count) {
    return new Options(OptionalInt.of(count), policy, whenAlone, without);
  }
}
