package io.conclave.postgres;

/** Names of WAL files: timeline, and number of the segment in two halves. */
final class WalSegments {
  private WalSegments() {}

  static String name(int timeline, long number, long segmentBytes) {
    long perId = 0x100000000L / segmentBytes;
    return "%08X%08X%08X".formatted(timeline, number / perId, number % perId);
  }

  /** Number of the segment with this name. */
  static long number(String name, long segmentBytes) {
    long perId = 0x100000000L / segmentBytes;
    return Long.parseLong(name.substring(8, 16), 16) * perId
        + Long.parseLong(name.substring(16, 24), 16);
  }
}
