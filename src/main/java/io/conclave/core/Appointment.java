package io.conclave.core;

/** The singleton's choice of the host whose coordinator looks after a group. A matter of order, not of safety. */
public record Appointment(GroupId group, HostId coordinator) {}
