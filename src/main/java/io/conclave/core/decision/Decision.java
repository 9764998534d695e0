package io.conclave.core.decision;

import io.conclave.core.Configuration;
import io.conclave.core.HostId;
import io.conclave.core.NodeId;
import io.conclave.core.SyncSet;
import java.util.List;
import java.util.Optional;

/**
 * What a coordinator decided about its group, with what it knew at that moment: for people, afterwards. Nothing is ever
 * decided by a record.
 */
public sealed interface Decision {

  /** The epoch that this made, or would have made; the current one when no other was in question; 0 when there is none. */
  long epoch();

  /**
   * A majority of sentinels and regions found the primary dead, or it has no room to let anybody in; its standbys are fenced.
   *
   * @param left the configuration that is given up
   * @param fencing the nodes that were ordered to take no more WAL
   * @param shut why the primary could not open its gate, in its agent's words; empty after a verdict, and in records of older
   *     versions
   */
  record FailoverBegun(Configuration left, Tally votes, List<NodeId> fencing, Optional<String> shut)
      implements Decision {
    public FailoverBegun {
      fencing = List.copyOf(fencing);
    }

    @Override
    public long epoch() {
      return left.epoch() + 1;
    }
  }

  /** The primary is dead, and the coordinator does not fail over all the same: a brake, until it is over. */
  record FailoverRefused(Configuration configuration, Tally votes, String reason)
      implements Decision {
    @Override
    public long epoch() {
      return configuration.epoch() + 1;
    }
  }

  /** The fences were not enough within their deadline; the coordinator goes on trying. */
  record FailoverStalled(
      Cause cause, long epoch, String reason, List<FenceCount> fences, List<Candidate> candidates)
      implements Decision {
    public FailoverStalled {
      fences = List.copyOf(fences);
      candidates = List.copyOf(candidates);
    }
  }

  /**
   * An operator's switchover was accepted.
   *
   * @param named whether the operator named the target; otherwise the coordinator chose it
   */
  record SwitchoverBegun(
      Configuration left, NodeId target, boolean named, List<Candidate> candidates)
      implements Decision {
    public SwitchoverBegun {
      candidates = List.copyOf(candidates);
    }

    @Override
    public long epoch() {
      return left.epoch() + 1;
    }
  }

  /**
   * An operator's switchover was refused, and nothing was touched.
   *
   * @param target what the operator asked for; empty when the coordinator was to choose
   * @param candidates empty when it was refused for a reason that has nothing to do with them
   */
  record SwitchoverRefused(
      Optional<Configuration> configuration,
      Optional<NodeId> target,
      String reason,
      List<Candidate> candidates)
      implements Decision {
    public SwitchoverRefused {
      candidates = List.copyOf(candidates);
    }

    @Override
    public long epoch() {
      return configuration.map(Configuration::epoch).orElse(0L);
    }
  }

  /**
   * The edges held their clients for a switchover; only then was the primary stopped.
   *
   * @param configuration whose primary is stopped
   * @param afterMs how long it took until nothing of the clients ran any more
   */
  record EdgesHeld(Configuration configuration, List<HostId> edges, long afterMs)
      implements Decision {
    public EdgesHeld {
      edges = List.copyOf(edges);
    }

    @Override
    public long epoch() {
      return configuration.epoch() + 1;
    }
  }

  /** A failover or a switchover was given up before anything was begun: the primary serves on. */
  record CalledOff(
      Configuration configuration,
      Cause cause,
      String reason,
      Tally votes,
      List<FenceCount> fences,
      List<Candidate> candidates)
      implements Decision {
    public CalledOff {
      fences = List.copyOf(fences);
      candidates = List.copyOf(candidates);
    }

    @Override
    public long epoch() {
      return configuration.epoch() + 1;
    }
  }

  /** Nothing can be acknowledged any more, and this is the node that has all that was: it is to be promoted. */
  record CandidateChosen(
      Configuration next, Cause cause, List<FenceCount> fences, List<Candidate> candidates)
      implements Decision {
    public CandidateChosen {
      fences = List.copyOf(fences);
      candidates = List.copyOf(candidates);
    }

    @Override
    public long epoch() {
      return next.epoch();
    }
  }

  /**
   * A majority of the sentinels holds the begun configuration, and its candidate was told to promote.
   *
   * @param following the nodes that were pointed to the candidate at the same moment
   */
  record PromotionOrdered(Configuration begun, List<NodeId> following) implements Decision {
    public PromotionOrdered {
      following = List.copyOf(following);
    }

    @Override
    public long epoch() {
      return begun.epoch();
    }
  }

  /** The candidate was seen to run as primary; clients are not admitted yet. */
  record Promoted(Configuration begun) implements Decision {
    @Override
    public long epoch() {
      return begun.epoch();
    }
  }

  /** The candidate did not make it; the next attempt is made under a ballot of its own. */
  record PromotionFailed(Configuration begun, String reason) implements Decision {
    @Override
    public long epoch() {
      return begun.epoch();
    }
  }

  /**
   * The epoch is proven, and clients were let in.
   *
   * @param cause as this coordinator knows it: it may have found the configuration begun by another one
   * @param from the primary that was left; empty when the group was formed
   * @param shownBy the members of the sync set whose query showed the epoch row
   */
  record Established(
      Configuration configuration, Cause cause, Optional<NodeId> from, List<NodeId> shownBy)
      implements Decision {
    public Established {
      shownBy = List.copyOf(shownBy);
    }

    @Override
    public long epoch() {
      return configuration.epoch();
    }
  }

  /**
   * A majority of the sentinels holds another sync set.
   *
   * @param configuration with the set from which the step began
   */
  record SyncSetChanged(Configuration configuration, SyncSet to, List<Move> moves)
      implements Decision {
    public SyncSetChanged {
      moves = List.copyOf(moves);
    }

    @Override
    public long epoch() {
      return configuration.epoch();
    }

    /** A node that joined or left the set, or (without a node) a new k. */
    public record Move(Optional<NodeId> node, String what, String why) {}
  }

  /**
   * A group begins.
   *
   * @param adopted whether a server that ran already is its first primary; otherwise an empty directory was filled
   */
  record Formed(Configuration first, boolean adopted, List<Candidate> candidates)
      implements Decision {
    public Formed {
      candidates = List.copyOf(candidates);
    }

    @Override
    public long epoch() {
      return first.epoch();
    }
  }

  /**
   * A coordinator began, and this is what it found in the register.
   *
   * @param begun not established yet: their candidate goes on under the new ballot
   */
  record TakenOver(Optional<Configuration> established, List<Configuration> begun)
      implements Decision {
    public TakenOver {
      begun = List.copyOf(begun);
    }

    @Override
    public long epoch() {
      return begun.isEmpty()
          ? established.map(Configuration::epoch).orElse(0L)
          : begun.get(begun.size() - 1).epoch();
    }
  }

  /** A coordinator learned that another one has bid higher, and stopped at once. */
  record Resigned(long epoch, String doing, String reason) implements Decision {}
}
