package io.conclave.simulator;

import java.util.List;
import java.util.stream.LongStream;

/** What a JVM makes of some seeds, a line each: whatever of it depends on the JVM shows when another one is asked. */
final class Retelling {
  private Retelling() {}

  /** The first seed and the last one. */
  public static void main(String[] range) {
    of(Long.parseLong(range[0]), Long.parseLong(range[1])).forEach(System.out::println);
  }

  static List<String> of(long first, long last) {
    return LongStream.rangeClosed(first, last).mapToObj(Retelling::of).toList();
  }

  private static String of(long seed) {
    Simulator.History history = Simulator.replay(seed, Options.DRAWN);
    Outcome outcome = history.outcome();
    return "seed %d: fingerprint %x, %d steps; %d lines %x"
        .formatted(
            seed,
            outcome.fingerprint(),
            outcome.steps(),
            history.lines().size(),
            history.lines().hashCode());
  }
}
