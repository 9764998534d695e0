package io.conclave.chaos;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is done to a stack, and what must come of it.
 *
 * @param name of its file
 * @param title a sentence
 * @param smoke whether it belongs to the short set
 * @param primary node that is made primary before the first step, so that a region means the same in each run
 * @param channels of the load; those that a stack does not have are left out
 */
public record Scenario(
    String name,
    String title,
    boolean smoke,
    Optional<String> primary,
    Set<Channel> channels,
    List<Step> steps,
    Expectation expect) {
  public Scenario {
    channels = Set.copyOf(channels);
    steps = List.copyOf(steps);
  }
}
