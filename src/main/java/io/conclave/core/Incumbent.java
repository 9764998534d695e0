package io.conclave.core;

/**
 * Who is primary of a group by the newest configuration that is known to be established.
 *
 * @param epoch of that configuration
 */
public record Incumbent(GroupId group, long epoch, NodeId primary) {}
