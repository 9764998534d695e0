package io.conclave.chaos;

import java.util.List;

/**
 * Everything that a run needs of a stack that runs.
 *
 * @param services of the stack
 * @param waiting ends when the program is about to end
 */
record Setting(
    Stack stack,
    Cell cell,
    List<Service> services,
    Edges edges,
    StackSecrets secrets,
    Inside inside,
    Injector injector,
    Evidence evidence,
    Waiting waiting) {
  Setting {
    services = List.copyOf(services);
  }
}
