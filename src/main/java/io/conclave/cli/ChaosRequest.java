package io.conclave.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Options of {@code conclave chaos}.
 *
 * @param names scenarios; all of them when it is empty
 * @param project compose project of a stack that runs; empty for one of its own
 * @param runs how often each scenario, at least 1
 * @param smoke the short set alone
 * @param list says which scenarios there are, and does nothing
 * @param keep leaves its own stack running
 * @param goals fails when a goal of a scenario is missed
 * @param json where the report goes
 * @param junit where the same goes in JUnit's form
 */
public record ChaosRequest(
    List<String> names,
    Optional<String> project,
    int runs,
    boolean smoke,
    boolean list,
    boolean keep,
    boolean goals,
    Optional<Path> json,
    Optional<Path> junit) {
  public ChaosRequest {
    names = List.copyOf(names);
  }
}
