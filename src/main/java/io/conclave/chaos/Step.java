package io.conclave.chaos;

import java.time.Duration;
import java.util.Optional;

/**
 * A deed of a scenario; the next one comes after it.
 *
 * @param lasts after so long it is undone, before the next step; empty when it stays until it is healed
 */
public record Step(Deed deed, Optional<Duration> lasts) {}
