package io.conclave.core.failover;

/** What a coordinator is doing about one group. */
public enum Phase {
  CLAIMING("claims a ballot and reads the register"),
  FORMING("looks for an existing primary, or for empty nodes to begin with"),
  STEADY("the configuration is established; tends standbys and the sync set"),
  PREPARING("a switchover was asked for: primary and target checkpoint"),
  HOLDING("a switchover: the edges hold their clients, while the primary still serves"),
  DRAINING("a switchover: the primary ends, when its standbys have all its WAL"),
  FENCING("collects a fence quorum of every configuration that may be active"),
  BEGINNING("writes the next configuration to the register"),
  PROMOTING("the candidate promotes; waits until its epoch row is shown"),
  ESTABLISHING("the epoch is proven; writes that to the register"),
  RESIGNED("was outbid, and does nothing any more");

  private final String sentence;

  Phase(String sentence) {
    this.sentence = sentence;
  }

  /** For people. */
  public String sentence() {
    return sentence;
  }
}
