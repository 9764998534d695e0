package io.conclave.core.agent;

import io.conclave.core.Ballot;
import io.conclave.core.Order;

/**
 * Whether an agent obeys an order (design, section 3.1, Orders; invariant I3). An agent that has restarted does not know
 * how far it came with the order it promised last, so it does that one again; every task can be repeated, but for one ({@link
 * PromotionRule#mayRepeat}).
 */
public enum Obedience {
  /** Higher than everything promised: promise it durably, then do it. */
  OBEY,
  /** The very order that is being done, or was done by this incarnation: answer again. */
  ANSWER_AGAIN,
  /** Lower than the promise. */
  REFUSE;

  /**
   * @param promised highest ballot promised for the node
   * @param number highest number promised under that ballot
   * @param knowsIt whether this incarnation of the agent has begun that order itself
   */
  public static Obedience of(Ballot promised, long number, boolean knowsIt, Order order) {
    int byBallot = order.ballot().compareTo(promised);
    int byNumber = Long.compare(order.number(), number);
    if (byBallot > 0 || (byBallot == 0 && byNumber > 0)) {
      return OBEY;
    }
    if (byBallot == 0 && byNumber == 0) {
      return knowsIt ? ANSWER_AGAIN : OBEY;
    }
    return REFUSE;
  }

  /** Whether this very order was promised before: when this incarnation has not begun it, one of before has, and may have done it. */
  public static boolean isPromised(Ballot promised, long number, Order order) {
    return order.ballot().equals(promised) && order.number() == number;
  }
}
