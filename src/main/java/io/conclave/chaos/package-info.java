/**
 * Chaos: does to a stack of containers what scenarios say, under load through every channel, and judges what came of it. Begin with
 * {@link io.conclave.chaos.Scenario} and {@link io.conclave.chaos.ScenarioRun}.
 */
package io.conclave.chaos;
