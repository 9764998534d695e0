package io.conclave.workload;

/** What stands between a client and the servers. */
public enum Route {
  /** Nothing: the driver knows every node and looks for the primary. */
  SERVERS("primary"),
  /** A proxy, which knows the primary. */
  PROXY("any"),
  /** A pooler that gives each transaction another session: statements have no names. */
  POOLER("any");

  private final String targetServerType;

  Route(String targetServerType) {
    this.targetServerType = targetServerType;
  }

  /** Of pgjdbc. */
  String targetServerType() {
    return targetServerType;
  }
}
