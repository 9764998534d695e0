package io.conclave.core;

/** A position in the write-ahead log, in bytes; printed as PostgreSQL's {@code pg_lsn} ({@code 0/3000148}). */
public record Lsn(long bytes) implements Comparable<Lsn> {
  public static final Lsn ZERO = new Lsn(0);

  /**
   * @param text two hexadecimal halves as PostgreSQL prints them
   * @throws IllegalArgumentException when the text has another form
   */
  public static Lsn parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 1) {
      throw new IllegalArgumentException("not a WAL position: '" + text + "'");
    }
    long high = Long.parseLong(text.substring(0, slash), 16);
    long low = Long.parseLong(text.substring(slash + 1), 16);
    if (high < 0 || low < 0 || high > 0xFFFFFFFFL || low > 0xFFFFFFFFL) {
      throw new IllegalArgumentException("not a WAL position: '" + text + "'");
    }
    return new Lsn((high << 32) | low);
  }

  /** How many bytes this position is ahead of the other; 0 when it is not. */
  public long ahead(Lsn other) {
    return Math.max(0, bytes - other.bytes);
  }

  public boolean isAtLeast(Lsn other) {
    return compareTo(other) >= 0;
  }

  @Override
  public int compareTo(Lsn other) {
    return Long.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public String toString() {
    return "%X/%X".formatted(bytes >>> 32, bytes & 0xFFFFFFFFL);
  }
}
