package io.conclave.chaos;

import io.conclave.cli.StatusView.GroupView;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Carries out deeds, and knows how each is undone. */
final class Injector {
  private static final Duration ROLL_LIMIT = Duration.ofMinutes(4);

  private final Docker docker;
  private final Inside inside;
  private final CleanStop cleanStop;
  private final Cell cell;
  private final Edges edges;
  private final Events events;
  private final Waiting waiting;
  private final Healing healing = new Healing();
  private Optional<Crowd> crowd = Optional.empty();
  private Optional<Crowd> lastCrowd = Optional.empty();

  Injector(Docker docker, Cell cell, Edges edges, Events events, Waiting waiting) {
    this.docker = docker;
    this.inside = new Inside(docker);
    this.cleanStop = new CleanStop(docker);
    this.cell = cell;
    this.edges = edges;
    this.events = events;
    this.waiting = waiting;
  }

  /** What became of the crowd since this was asked last; empty when there was none. */
  synchronized Optional<CrowdSeen> takeCrowd() {
    Optional<CrowdSeen> seen = lastCrowd.map(Crowd::seen);
    lastCrowd = Optional.empty();
    return seen;
  }

  /** Undoes everything; a deed that is under way is waited for. */
  synchronized void heal() throws ChaosException, InterruptedException {
    healing.heal(0);
  }

  /**
   * Does a step, and undoes it when it is to last only so long.
   *
   * @param calm how the cell was before the first deed
   */
  void carryOut(Step step, Calm calm) throws ChaosException, InterruptedException {
    int remedies = begin(step.deed(), calm);
    if (step.lasts().isPresent()) {
      waiting.pass(step.lasts().get());
      healing.heal(remedies);
    }
  }

  /** Nothing begins when the end has begun; answers how many remedies there were before. */
  private synchronized int begin(Deed deed, Calm calm) throws ChaosException, InterruptedException {
    waiting.pass(Duration.ZERO);
    int remedies = healing.size();
    if (deed instanceof Deed.Until until) {
      events.await(until, calm);
    } else {
      carryOut(deed);
    }
    return remedies;
  }

  private void carryOut(Deed deed) throws ChaosException, InterruptedException {
    if (deed instanceof Deed.Pause d) {
      all(select(d.whom()), "pause", "unpause");
    } else if (deed instanceof Deed.Kill d) {
      all(select(d.whom()), "kill", "start");
    } else if (deed instanceof Deed.Stop d) {
      stop(select(d.whom()));
    } else if (deed instanceof Deed.Restart d) {
      restart(select(d.whom()));
    } else if (deed instanceof Deed.Roll d) {
      roll(select(d.whom()));
    } else if (deed instanceof Deed.KillProcess d) {
      signal(d);
    } else if (deed instanceof Deed.Cut d) {
      cut(d);
    } else if (deed instanceof Deed.Delay d) {
      delay(d.by());
    } else if (deed instanceof Deed.Loss d) {
      String probability = String.format(Locale.ROOT, "%.2f", d.percent() / 100.0);
      within(select(d.whom()), new String[] {"lose", probability}, "heal");
    } else if (deed instanceof Deed.FillDisk d) {
      within(select(d.whom()), new String[] {"fill", Inside.DATA}, "free", Inside.DATA);
    } else if (deed instanceof Deed.JumpClock d) {
      within(select(d.whom()), new String[] {"clock", seconds(d.by())}, "clock", "+0s");
    } else {
      others(deed);
    }
  }

  private void others(Deed deed) throws ChaosException, InterruptedException {
    if (deed instanceof Deed.Switchover d) {
      switchover(d);
    } else if (deed instanceof Deed.Crowd d) {
      Crowd gathered = edges.crowd(d.clients(), waiting);
      lastCrowd = Optional.of(gathered);
      healing.add("the crowd", () -> {
        crowd = Optional.empty();
        gathered.close();
      });
      gathered.gather();
      crowd = Optional.of(gathered);
    } else if (deed instanceof Deed.Ask) {
      crowd
          .orElseThrow(() -> new ChaosException("nobody can ask: there is no step clients before"))
          .ask();
    } else if (deed instanceof Deed.Pass d) {
      waiting.pass(d.time());
    } else {
      healing.heal(0);
    }
  }

  private List<Service> select(Targets targets) throws ChaosException, InterruptedException {
    return new Selection(Picture.of(cell, edges)).of(targets);
  }

  private static String names(List<Service> services) {
    return services.stream().map(Service::name).collect(Collectors.joining(", "));
  }

  private static String seconds(Duration by) {
    return String.format(Locale.ROOT, "%+ds", by.toSeconds());
  }

  private void all(List<Service> services, String verb, String undo)
      throws ChaosException, InterruptedException {
    healing.add(verb + " of " + names(services), () -> docker.each(services, undo));
    docker.each(services, verb);
  }

  /** A stop is a shutdown: whoever pulls the plug of a server instead has found an error. */
  private void stop(List<Service> services) throws ChaosException, InterruptedException {
    GroupView before = cell.latest();
    all(services, "stop", "start");
    cleanStop.check(services, before);
  }

  private void restart(List<Service> services) throws ChaosException, InterruptedException {
    int before = healing.size();
    all(services, "kill", "start");
    healing.heal(before);
  }

  private void roll(List<Service> services) throws ChaosException, InterruptedException {
    for (Service service : services) {
      int before = healing.size();
      stop(List.of(service));
      healing.heal(before);
      // What comes first is that the group notices; a stopped host's last words are not its state.
      waiting.pass(Duration.ofSeconds(3));
      cell.awaitWhole("whole after the restart of " + service.name(), ROLL_LIMIT);
    }
  }

  private void signal(Deed.KillProcess deed) throws ChaosException, InterruptedException {
    List<Service> services = select(deed.whom());
    String process = deed.which().name().toLowerCase(Locale.ROOT);
    boolean stops = deed.signal().equals("STOP");
    for (Service service : services) {
      String what = "SIG%s to %s of %s".formatted(deed.signal(), process, service.name());
      healing.add(
          what,
          stops
              ? () -> inside.run(service, "signal", "CONT", process)
              // Of no effect on a container that runs.
              : () -> docker.each(List.of(service), "start"));
      inside.run(service, "signal", deed.signal(), process);
    }
  }

  /** Each verb in each container; a remedy that finds its container gone has nothing to undo. */
  private void within(List<Service> services, String[] words, String... undo)
      throws ChaosException, InterruptedException {
    for (Service service : services) {
      healing.add(words[0] + " of " + service.name(), () -> inside.run(service, undo));
      inside.run(service, words);
    }
  }

  private void cut(Deed.Cut deed) throws ChaosException, InterruptedException {
    List<Service> whom = select(deed.whom());
    List<Service> from = deed.from().isPresent() ? select(deed.from().get()) : List.of();
    for (Service service : whom) {
      List<String> addresses = from.isEmpty()
          ? List.of("all")
          : from.stream().filter(f -> !whom.contains(f)).map(Service::address).toList();
      healing.add("cut of " + service.name(), () -> inside.run(service, "heal"));
      inside.cut(service, addresses);
    }
  }

  private void delay(Duration by) throws ChaosException, InterruptedException {
    for (Service router : select(Targets.of(Selector.Part.ROUTER))) {
      healing.add("the delay", () -> inside.run(router, "undelay"));
      inside.delay(router, by, waiting);
    }
  }

  private void switchover(Deed.Switchover deed) throws ChaosException, InterruptedException {
    Optional<String> target = Optional.empty();
    if (deed.to().isPresent()) {
      String host = select(Targets.of(deed.to().get())).get(0).name();
      target = cell.latest().nodes().stream()
          .filter(node -> node.host().equals(host))
          .map(node -> node.node())
          .findFirst();
    }
    cell.switchover(target);
  }
}
