package io.conclave.core.decision;

/**
 * Something that must hold before a step can be taken.
 *
 * @param name what must hold
 * @param why what was seen: the reason why it does not hold, or the figures by which it does
 */
public record Condition(String name, boolean holds, String why) {}
