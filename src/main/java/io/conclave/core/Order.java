package io.conclave.core;

/**
 * Coordinator → agent, about one node. An agent durably keeps the highest (ballot, number) of a node, refuses lower ones
 * with its promise in the refusal, and answers a repeated one again without doing it again (design, section 3.1, Orders).
 *
 * @param number rises with every order of this ballot
 */
public record Order(GroupId group, NodeId node, Ballot ballot, long number, Task task) {}
