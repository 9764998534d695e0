/** The deterministic simulator: whole groups of production decision cores in a world of values; one seed is one history. */
package io.conclave.simulator;
