package io.conclave.cli;

/** A command that cannot do what it was asked: shown as one sentence, without a stack trace. */
final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CommandFailure(String sentence) {
    super(sentence);
  }
}
