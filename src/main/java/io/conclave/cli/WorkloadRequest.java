package io.conclave.cli;

import io.conclave.workload.LoadShape;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Options of {@code conclave workload}.
 *
 * @param url {@code jdbc:postgresql://host:port,host:port/database}
 * @param password of the user; never an option of the command line, where others could see it
 * @param json where the result goes
 */
public record WorkloadRequest(
    String url,
    String user,
    String password,
    Duration duration,
    Optional<Path> json,
    LoadShape shape) {}
