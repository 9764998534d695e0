package io.conclave.simulator;

import java.util.UUID;

/** Random numbers from a seed (SplitMix64): small, quick, and the same on every JVM for ever. */
final class Dice {
  private long state;

  Dice(long seed) {
    this.state = seed;
  }

  /** Dice of their own, so that what one part draws does not change what another one draws. */
  static Dice of(long seed, long part) {
    return new Dice(mix(seed * 0x9E3779B97F4A7C15L + part * 0xD1342543DE82EF95L));
  }

  static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  long next() {
    state += 0x9E3779B97F4A7C15L;
    return mix(state);
  }

  /** 0 to bound - 1. */
  int below(int bound) {
    return (int) ((next() >>> 33) % bound);
  }

  /** Both included. */
  int between(int low, int high) {
    return low + below(high - low + 1);
  }

  boolean oneIn(int n) {
    return below(n) == 0;
  }

  UUID uuid() {
    return new UUID(next(), next());
  }
}
