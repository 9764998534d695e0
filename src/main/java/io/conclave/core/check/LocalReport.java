package io.conclave.core.check;

import io.conclave.core.NodeReport;

/**
 * What the agent of a host has said of its node, for those on the same host who must know how old it is.
 *
 * @param asOfMs when the agent began to put it together, on the monotonic clock of this host
 * @param awake false while the agent has not dealt with a freeze of the host yet: then the report may be of before it
 */
public record LocalReport(NodeReport report, long asOfMs, boolean awake) {}
