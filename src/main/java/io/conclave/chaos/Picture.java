package io.conclave.chaos;

import io.conclave.cli.StatusView.GroupView;
import java.util.List;
import java.util.Optional;

/**
 * Who is what in a cell at one moment.
 *
 * @param services all containers; members in the order of the configuration
 * @param primary host of the primary
 * @param coordinator host of the group's coordinator
 * @param addressHolder the edge that holds the virtual address
 */
record Picture(
    List<Service> services,
    Optional<String> primary,
    Optional<String> coordinator,
    Optional<String> addressHolder) {
  Picture {
    services = List.copyOf(services);
  }

  /** The present one. */
  static Picture of(Cell cell, Edges edges) throws ChaosException, InterruptedException {
    GroupView group = cell.latest();
    return new Picture(
        cell.services(),
        Cell.primaryHost(group),
        Optional.ofNullable(group.coordinator()),
        edges.holder());
  }
}
