package io.conclave.core;

/**
 * An operator wants a group to be coordinated on this host. It holds while the host is alive and until the group has another
 * primary.
 */
public record Wish(GroupId group, HostId host) {}
