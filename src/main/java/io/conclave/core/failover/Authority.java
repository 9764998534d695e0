package io.conclave.core.failover;

import io.conclave.core.Ballot;

/**
 * The ballot a coordinator holds, and how far it is used (design, section 3.1: One ballot, one attempt).
 *
 * @param lastNumber number of the last order given under it
 */
record Authority(Ballot ballot, Use use, long lastNumber) {
  static final Authority NONE = new Authority(Ballot.NONE, Use.SPENT, 0);

  /** Whether an attempt may still be made under a ballot. */
  enum Use {
    UNUSED,
    /** Fence orders were given; their reports count. */
    FENCING,
    /** Something was begun or called off: the next attempt claims a new ballot. */
    SPENT
  }

  /**
   * @throws IllegalStateException when an attempt would be made under a ballot whose attempt is over
   */
  Authority using(Use next) {
    if (use == Use.SPENT && next != Use.SPENT) {
      throw new IllegalStateException("one ballot, one attempt: " + this);
    }
    return new Authority(ballot, next, lastNumber);
  }

  Authority numbered() {
    return new Authority(ballot, use, lastNumber + 1);
  }
}
