package io.conclave.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Options of {@code conclave demo}.
 *
 * @param fault what is done to the primary, {@code runs} times; empty for a demo that runs until Ctrl-C
 * @param json where the report goes
 * @param duration length of a steady load without a fault
 * @param stall how long each JVM in turn is stopped during the steady load
 * @param busy whether all cores are kept busy during the steady load
 * @param postgres auto, embedded or an absolute directory
 * @param profile lan or wan
 */
public record DemoRequest(
    Optional<DemoFault> fault,
    int runs,
    Optional<Path> json,
    Optional<Duration> duration,
    Optional<Duration> stall,
    boolean busy,
    String postgres,
    String profile,
    Load load) {}
