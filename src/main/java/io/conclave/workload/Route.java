package io.conclave.workload;

/** What stands between a client and the servers. */
public enum Route {
  /** Nothing: the driver knows every node and looks for the primary. */
  SERVERS("primary", 5),
  /** A proxy, which knows the primary. */
  PROXY("any", 5),
  /** A pooler that gives each transaction another session: statements have no names. */
  POOLER("any", 0);

  private final String targetServerType;
  private final int prepareThreshold;

  Route(String targetServerType, int prepareThreshold) {
    this.targetServerType = targetServerType;
    this.prepareThreshold = prepareThreshold;
  }

  /** Of pgjdbc. */
  String targetServerType() {
    return targetServerType;
  }

  /** Of pgjdbc: after so many uses a statement gets a name; 0 for never. */
  int prepareThreshold() {
    return prepareThreshold;
  }
}
