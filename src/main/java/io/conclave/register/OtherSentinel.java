package io.conclave.register;

import io.conclave.core.HostId;
import java.net.URI;

/**
 * Where another sentinel of the cell tells its replica.
 *
 * @param register the whole address of its GET /conclave/register
 */
public record OtherSentinel(HostId host, URI register) {}
