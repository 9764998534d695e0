package io.conclave.chaos;

import com.fasterxml.jackson.annotation.JsonValue;
import io.conclave.chaos.Seen.ChannelSeen;
import java.util.Locale;

/** What the clients of a channel had to wait for. */
enum Measured {
  /** Of the luckier writer. */
  OUTAGE,
  /** Of a single writer. */
  STALL;

  double ms(ChannelSeen seen) {
    return this == OUTAGE ? seen.outageMs() : seen.stallMs();
  }

  /** As reports write it. */
  @JsonValue
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
