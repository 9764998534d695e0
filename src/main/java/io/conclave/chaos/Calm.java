package io.conclave.chaos;

import io.conclave.cli.StatusView.GroupView;
import java.util.Optional;

/**
 * How a cell was before the first deed: what changes is compared with it.
 *
 * @param addressHolder the edge that held the virtual address
 */
record Calm(GroupView group, Optional<String> addressHolder) {}
