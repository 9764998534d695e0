package io.conclave.agent;

import java.nio.file.Path;

/**
 * A promise file cannot be trusted. Going on would be to forget what was promised, and that can lose acknowledged commits;
 * so the agent does not start.
 */
public final class DamagedPromiseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DamagedPromiseException(Path file, String why) {
    super(
        ("the promise file %s is damaged (%s). This agent will not start with it: a forgotten promise can lose commits. "
                + "Way out: stop this node's PostgreSQL, move its data directory and this file aside, and start again; the node "
                + "is then cloned from the primary. Do this on one node at a time, and only while the group has a primary.")
            .formatted(file, why));
  }
}
