package io.conclave.core;

/**
 * What became of the highest order that an agent obeyed for a node.
 *
 * @param detail for people: progress, or why it was refused or failed; empty otherwise
 */
public record OrderStatus(Ballot ballot, long number, Outcome outcome, String detail) {
  public static final OrderStatus NONE = new OrderStatus(Ballot.NONE, 0, Outcome.DONE, "");

  /** How far the order is. */
  public enum Outcome {
    RUNNING,
    DONE,
    /** Not done because it must not be: diverged history, another base, wrong system identifier. */
    REFUSED,
    /** Tried and not achieved; may be ordered again. */
    FAILED
  }

  public boolean answers(Order order) {
    return ballot.equals(order.ballot()) && number == order.number();
  }
}
