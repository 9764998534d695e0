package io.conclave.ops.explain;

import io.conclave.core.Configuration;
import io.conclave.core.HostId;
import io.conclave.core.NodeId;
import io.conclave.core.SyncSet;
import io.conclave.core.Vote.Opinion;
import io.conclave.core.decision.Decision;
import io.conclave.core.decision.Tally;
import java.util.Collection;
import java.util.stream.Collectors;

/** A decision in one sentence. */
public final class Sentence {
  private Sentence() {}

  /** For people; without a full stop. */
  public static String of(Decision decision) {
    if (decision instanceof Decision.FailoverBegun d) {
      return "failover: %s %s; its standbys are fenced"
          .formatted(
              d.left().primary(),
              d.shut()
                  .map(why -> "has no room to open its gate, so that nobody is served")
                  .orElseGet(() -> "found dead by " + count(d.votes())));
    } else if (decision instanceof Decision.FailoverRefused d) {
      return "no failover although %s is dead: %s"
          .formatted(d.configuration().primary(), d.reason());
    } else if (decision instanceof Decision.FailoverStalled d) {
      return "%s waits: %s".formatted(d.cause().word(), d.reason());
    } else if (decision instanceof Decision.CalledOff d) {
      return "%s called off, %s stays primary: %s"
          .formatted(d.cause().word(), d.configuration().primary(), d.reason());
    } else if (decision instanceof Decision.SyncSetChanged d) {
      return "sync set: %s, before %s"
          .formatted(waits(d.to()), waits(d.configuration().sync()));
    } else if (decision instanceof Decision.Resigned d) {
      return "the coordinator stopped: " + d.reason();
    }
    return decision instanceof Decision.TakenOver taken ? found(taken) : ofChange(decision);
  }

  private static String ofChange(Decision decision) {
    if (decision instanceof Decision.SwitchoverBegun d) {
      return "switchover from %s to %s, %s"
          .formatted(
              d.left().primary(),
              d.target(),
              d.named() ? "as the operator asked" : "chosen by the coordinator");
    } else if (decision instanceof Decision.SwitchoverRefused d) {
      return "switchover%s refused: %s"
          .formatted(d.target().map(to -> " to " + to).orElse(""), d.reason());
    } else if (decision instanceof Decision.EdgesHeld d) {
      return "the clients are held by %s, after %d ms; %s is stopped"
          .formatted(
              d.edges().stream().map(HostId::value).collect(Collectors.joining(", ")),
              d.afterMs(),
              d.configuration().primary());
    } else if (decision instanceof Decision.CandidateChosen d) {
      return "%s chosen for epoch %d: nothing can be acknowledged any more, and it holds all that was"
          .formatted(d.next().primary(), d.next().epoch());
    } else if (decision instanceof Decision.PromotionOrdered d) {
      return "%s ordered to promote%s"
          .formatted(
              d.begun().primary(),
              d.following().isEmpty() ? "" : "; to follow it: " + list(d.following()));
    } else if (decision instanceof Decision.Promoted d) {
      return d.begun().primary() + " runs as primary; clients are not let in yet";
    } else if (decision instanceof Decision.PromotionFailed d) {
      return "%s did not make it (%s); another attempt follows"
          .formatted(d.begun().primary(), d.reason());
    } else if (decision instanceof Decision.Established d) {
      return established(d);
    } else if (decision instanceof Decision.Formed d) {
      return "the group begins with %s, %s"
          .formatted(
              d.first().primary(),
              d.adopted() ? "which ran as primary already" : "in an empty directory");
    }
    return decision.toString();
  }

  private static String established(Decision.Established d) {
    Configuration now = d.configuration();
    String proof = d.shownBy().isEmpty() ? "" : "; its epoch row is shown by " + list(d.shownBy());
    return "%s is primary of epoch %d, clients are let in%s"
        .formatted(now.primary(), now.epoch(), proof);
  }

  private static String found(Decision.TakenOver d) {
    if (d.begun().isEmpty()) {
      return d.established()
          .map(now -> "a coordinator began here and found %s established".formatted(name(now)))
          .orElse("a coordinator began here");
    }
    Configuration last = d.begun().get(d.begun().size() - 1);
    return "a coordinator began here and found %s begun: its candidate goes on"
        .formatted(name(last));
  }

  private static String name(Configuration configuration) {
    return "epoch %d (%s)".formatted(configuration.epoch(), configuration.primary());
  }

  static String waits(SyncSet sync) {
    if (sync.k() == 0) {
      return sync.members().isEmpty()
          ? "commits count no standby"
          : "commits count none of (%s)".formatted(list(sync.members()));
    }
    return "commits wait for %d of (%s)".formatted(sync.k(), list(sync.members()));
  }

  static String list(Collection<NodeId> nodes) {
    return nodes.stream().map(NodeId::value).collect(Collectors.joining(", "));
  }

  private static String count(Tally votes) {
    return "%d of %d sentinels in %d of %d regions"
        .formatted(
            votes.count(Opinion.DEAD),
            votes.sentinels(),
            votes.regionsOf(Opinion.DEAD).size(),
            votes.regions());
  }
}
