package io.conclave.postgres;

import io.conclave.core.NodeId;

/** The node that a standby takes WAL from. */
public record Upstream(NodeId node, String host, int port) {}
