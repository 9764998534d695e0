package io.conclave.core;

/**
 * Every time limit of the protocol, in ms. They concern liveness alone: no value of them can lose a commit.
 *
 * @param reportMs how often an agent reports when nothing changes
 * @param probeMs how often a sentinel probes each primary by SQL
 * @param suspicionMs how long all channels must be silent before a sentinel votes dead
 * @param stuckMs how long a server may not answer while its host does, before a sentinel votes dead
 * @param tickMs how often the coordinator looks at its deadlines
 * @param orderRetryMs when an unanswered order is sent again
 * @param registerTimeoutMs bound of one majority read or write
 * @param fenceDeadlineMs when an attempt that has no fence quorum is called off, if the primary is healthy after all
 * @param promoteDeadlineMs when a promotion that is not established is given up
 * @param switchoverDeadlineMs how long a switchover waits for the primary's stop before the standbys are fenced all the same
 * @param switchoverBudgetMs how long a switchover may keep the clients of the edges waiting, when the operator says nothing
 * @param standbyGraceMs how long a member of the sync set may be away before it leaves the set
 * @param isolationMs when the gate of an isolated primary closes (design, section 3.6)
 * @param stopMs bound of each step of a stop: fast, then immediate, then SIGKILL
 * @param failoverLimit at most this many failovers of one group in {@code failoverWindowMs}
 */
public record Timings(
    long reportMs,
    long probeMs,
    long suspicionMs,
    long stuckMs,
    long tickMs,
    long orderRetryMs,
    long registerTimeoutMs,
    long fenceDeadlineMs,
    long promoteDeadlineMs,
    long switchoverDeadlineMs,
    long switchoverBudgetMs,
    long standbyGraceMs,
    long isolationMs,
    long stopMs,
    int failoverLimit,
    long failoverWindowMs) {

  /** How often those who only look on are told what is repeated and not new, in ms. */
  public static final long OVERHEARD_MS = 1000;

  private static final long SHORTEST_STALL_MS = 200;
  private static final int STALL_PART = 4;

  /** The profile {@code lan}: all regions within a few ms of each other. */
  public static final Timings LAN = new Timings(
      250, 100, 1000, 5000, 50, 200, 400, 2000, 5000, 5000, 1000, 1500, 2000, 5000, 6, 60_000);

  /** The profile {@code wan}: regions up to 300 ms apart. */
  public static final Timings WAN = new Timings(
      500, 500, 3000, 10_000, 100, 1000, 2000, 6000, 15_000, 15_000, 5000, 5000, 6000, 10_000, 6,
      60_000);

  /** A sentinel whose own ticks have a gap of more than this was stalled itself: it begins to count silence anew. */
  public long stallMs() {
    return Math.max(SHORTEST_STALL_MS, suspicionMs / STALL_PART);
  }
}
