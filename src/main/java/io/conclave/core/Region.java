package io.conclave.core;

/** A failure domain named in the configuration (us, eu, ap). */
public record Region(String value) implements Comparable<Region> {
  public Region {
    Names.check("region", value);
  }

  @Override
  public int compareTo(Region other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
