package io.conclave.chaos;

/**
 * A scenario that cannot be done to a stack.
 *
 * @param reason what it needs that the stack does not have
 */
record Skipped(String scenario, String title, String reason) {}
