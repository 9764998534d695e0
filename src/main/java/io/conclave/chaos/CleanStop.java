package io.conclave.chaos;

import io.conclave.cli.StatusView.GroupView;
import io.conclave.cli.StatusView.NodeView;
import io.conclave.postgres.ControlData;
import io.conclave.postgres.PostgresException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether the servers of stopped hosts were shut down cleanly, by their control files. Their logs do not tell: they end with "database system is
 * shut down" after an immediate shutdown, too.
 */
final class CleanStop {
  private static final String CONTROL = "global/pg_control";

  private final Docker docker;

  CleanStop(Docker docker) {
    this.docker = docker;
  }

  /**
   * Looks at the servers of hosts that do not run any more.
   *
   * @param before the group while they ran
   * @throws ChaosException when one was not shut down cleanly
   */
  void check(List<Service> hosts, GroupView before) throws ChaosException, InterruptedException {
    for (Service host : hosts) {
      for (NodeView node : before.nodes()) {
        if (node.host().equals(host.name())) {
          check(host, node.node());
        }
      }
    }
  }

  private void check(Service host, String node) throws ChaosException, InterruptedException {
    try {
      Path copy = Files.createTempFile("conclave-chaos-", ".pg_control");
      try {
        docker.copy(host, "%s/%s/%s".formatted(Inside.DATA, node, CONTROL), copy);
        Optional<String> complaint = complaint(node, copy);
        if (complaint.isPresent()) {
          throw new ChaosException(complaint.get());
        }
      } finally {
        Files.deleteIfExists(copy);
      }
    } catch (IOException e) {
      throw new ChaosException("a control file cannot be copied: " + e, e);
    }
  }

  /** What is wrong with the end of a server that left this control file. */
  static Optional<String> complaint(String node, Path control) {
    try {
      ControlData.State state = ControlData.read(control).state();
      return state.cleanlyStopped()
          ? Optional.empty()
          : Optional.of("%s was not shut down cleanly when its host was stopped: it is %s"
              .formatted(node, state.name().toLowerCase(Locale.ROOT).replace('_', ' ')));
    } catch (PostgresException e) {
      return Optional.of(
          "whether %s was shut down cleanly is not known: %s".formatted(node, e.getMessage()));
    }
  }
}
