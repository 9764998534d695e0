package io.conclave.core;

/**
 * What one observer saw over one channel.
 *
 * @param ageMs how long ago the channel last spoke, in ms
 * @param detail for people
 */
public record Evidence(Channel channel, Finding finding, long ageMs, String detail) {
  /** Independent ways to see a primary (design, section 5). */
  public enum Channel {
    /** What the agent beside the primary reports. */
    AGENT,
    /** The sentinel's own SQL probe over a kept-open connection. */
    PROBE,
    /** Whether WAL still moves on the standbys. */
    WAL_STREAM,
    /** The sentinel's own clock and scheduler. */
    SELF
  }

  /** What the channel says. */
  public enum Finding {
    ALIVE,
    SILENT,
    /** Proof: the postmaster's exit was seen, or a connection was reset and a new one is refused. */
    DEAD,
    /** The host answers and the server does not. */
    STUCK,
    /** The channel says nothing either way. */
    NOTHING
  }
}
