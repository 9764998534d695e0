package io.conclave.chaos;

import java.time.Duration;
import java.util.Optional;

/**
 * For the stalls of a channel over several runs.
 *
 * @param max for the longest of them
 */
public record StallGoal(Optional<Duration> median, Optional<Duration> max) {}
