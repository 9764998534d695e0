package io.conclave.core;

/**
 * One life of a host's actor system: a host that has begun anew has the same address and is another member.
 *
 * @param address of the actor system, {@code akka://cell@host:port}
 * @param uid differs with every start
 */
public record Incarnation(String address, long uid) {
  @Override
  public String toString() {
    return address + "#" + uid;
  }
}
