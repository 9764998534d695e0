package io.conclave.settings;

/**
 * The HTTP interface of every host.
 *
 * @param bindAddress IP it listens on; the port is the host's
 */
public record HttpSettings(String bindAddress) {}
