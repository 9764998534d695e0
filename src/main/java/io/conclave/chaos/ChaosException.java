package io.conclave.chaos;

/** A scenario, or the stack, cannot go on; the message is for people. */
final class ChaosException extends Exception {
  private static final long serialVersionUID = 1L;

  ChaosException(String message) {
    super(message);
  }

  ChaosException(String message, Throwable cause) {
    super(message, cause);
  }
}
