package io.conclave.chaos;

/**
 * A container of the project.
 *
 * @param name of its compose service; for a host of Conclave the same as the host's
 * @param id of the container, all 64 digits: what is done is done to this container and no other
 * @param address of the container, seen from the Docker host
 * @param kind what it is for
 * @param region empty for the router
 */
record Service(String name, String id, String address, Kind kind, String region) {
  enum Kind {
    MEMBER,
    REPLICA,
    SENTINEL,
    EDGE,
    ROUTER
  }

  boolean is(Kind other) {
    return kind == other;
  }

  /** Whether a server runs beside its daemon. */
  boolean isDatabase() {
    return is(Kind.MEMBER) || is(Kind.REPLICA);
  }
}
