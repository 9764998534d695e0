package io.conclave.core;

import java.util.List;
import java.util.Optional;

/** How a switchover that an operator asked for ended. */
public sealed interface SwitchoverReply {
  /**
   * Clients are served by the new primary.
   *
   * @param pause what the clients of the edges noticed; empty when no edge was heard
   */
  record Done(NodeId from, NodeId to, long epoch, Optional<Pause> pause)
      implements SwitchoverReply {
    public Done {
      // Left out by a coordinator of an older version.
      pause = pause == null ? Optional.empty() : pause;
    }
  }

  /** Nothing was changed, or what was begun was called off; the reason is for people. */
  record Refused(String reason) implements SwitchoverReply {}

  /**
   * The clients of the edges waited.
   *
   * @param edges that held them
   * @param drainedMs until nothing of theirs ran any more, in ms
   * @param heldMs from the first word of the hold until the word that lets them go on, in ms
   */
  record Pause(List<HostId> edges, long drainedMs, long heldMs) {
    public Pause {
      edges = List.copyOf(edges);
    }
  }
}
