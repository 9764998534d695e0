package io.conclave.core;

/** A sentinel says that it is there; agents count these to know whether their host is cut off. */
public record Pulse(HostId sentinel) {}
