package io.conclave.register;

import io.conclave.core.HostId;

/**
 * Where another sentinel of the cell tells its replica.
 *
 * @param system address of its actor system, {@code akka://cell@host:port}
 */
public record OtherSentinel(HostId host, String system) {}
