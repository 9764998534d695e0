package io.conclave.demo;

import java.util.Arrays;

/** How values are spread, in their own unit. */
public record Spread(double min, double median, double p99, double max) {
  /** Of any number of values; all zero when there are none. */
  public static Spread of(double[] values) {
    double[] sorted = Arrays.stream(values).sorted().toArray();
    if (sorted.length == 0) {
      return new Spread(0, 0, 0, 0);
    }
    return new Spread(
        sorted[0], median(sorted), nearestRank(sorted, 0.99), sorted[sorted.length - 1]);
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1
        ? sorted[middle]
        : round((sorted[middle - 1] + sorted[middle]) / 2);
  }

  /** The smallest value that at least this share of all values does not exceed. */
  private static double nearestRank(double[] sorted, double share) {
    return sorted[(int) Math.ceil(share * sorted.length) - 1];
  }

  /** To a tenth: more would be noise. */
  public static double round(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
