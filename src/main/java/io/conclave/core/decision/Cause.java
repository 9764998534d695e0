package io.conclave.core.decision;

/** Why a group leaves one configuration for the next. */
public enum Cause {
  VERDICT("failover"),
  SWITCHOVER("switchover"),
  /** A begun configuration was found in the register; why it was begun, the coordinator before knew. */
  TAKEOVER("takeover"),
  BOOTSTRAP("bootstrap");

  private final String word;

  Cause(String word) {
    this.word = word;
  }

  /** For people. */
  public String word() {
    return word;
  }
}
