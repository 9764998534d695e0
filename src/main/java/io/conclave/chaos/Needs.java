package io.conclave.chaos;

import io.conclave.chaos.Service.Kind;
import io.conclave.cli.StatusView.GroupView;
import java.util.List;
import java.util.Optional;

/** What scenarios need that not every stack has: an operator's need not have an edge, a disk that can be filled, a clock that can be moved. */
final class Needs {
  /** Looks into a container whether something can be done there, and does not do it. */
  interface Look {
    /** Why it cannot; empty when it can. */
    Optional<String> refusal(Service service, String... verb)
        throws ChaosException, InterruptedException;
  }

  private final GroupView group;
  private final Picture picture;
  private final Look look;

  /** Of a stack as it is now. */
  Needs(GroupView group, Picture picture, Look look) {
    this.group = group;
    this.picture = picture;
    this.look = look;
  }

  /** Why a scenario cannot be done to this stack: "needs …"; empty when it can. */
  Optional<String> missing(Scenario scenario) throws ChaosException, InterruptedException {
    Optional<String> primary =
        scenario.primary().filter(node -> group.node(node).isEmpty());
    if (primary.isPresent()) {
      return Optional.of("needs a node " + primary.get());
    }
    if (!scenario.channels().contains(Channel.DIRECT) && !hasEdges()) {
      return Optional.of("needs an edge");
    }
    for (Step step : scenario.steps()) {
      Optional<String> missing = missing(step.deed());
      if (missing.isPresent()) {
        return missing;
      }
    }
    return Optional.empty();
  }

  private boolean hasEdges() {
    return picture.services().stream().anyMatch(service -> service.is(Kind.EDGE));
  }

  private Optional<String> missing(Deed deed) throws ChaosException, InterruptedException {
    Optional<Targets> nobody = deed.targets().stream()
        .flatMap(targets -> targets.selectors().stream())
        .map(Targets::of)
        .filter(targets -> chosen(targets).isEmpty())
        .findFirst();
    if (nobody.isPresent()) {
      return Optional.of("needs %s, and here is none".formatted(nobody.get()));
    }
    if (deed instanceof Deed.FillDisk d) {
      return missing(d, "a small disk of its own", "fillable", Inside.DATA);
    } else if (deed instanceof Deed.JumpClock d) {
      return missing(d, "a clock that can be moved", "movable-clock");
    } else if (deed instanceof Deed.Delay d) {
      return missing(d, "a delaying relay", "delayable");
    }
    return deed instanceof Deed.Crowd && !hasEdges()
        ? Optional.of("needs an edge")
        : Optional.empty();
  }

  private Optional<String> missing(Deed deed, String what, String... verb)
      throws ChaosException, InterruptedException {
    for (Targets targets : deed.targets()) {
      for (Service service : chosen(targets)) {
        Optional<String> refusal = look.refusal(service, verb);
        if (refusal.isPresent()) {
          return Optional.of("needs %s at %s: %s".formatted(what, service.name(), refusal.get()));
        }
      }
    }
    return Optional.empty();
  }

  private List<Service> chosen(Targets targets) {
    try {
      return new Selection(picture).of(targets);
    } catch (ChaosException nobody) {
      return List.of();
    }
  }
}
