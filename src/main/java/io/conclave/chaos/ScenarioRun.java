package io.conclave.chaos;

import io.conclave.chaos.Seen.ChannelSeen;
import io.conclave.cli.StatusView.FailoverView;
import io.conclave.cli.StatusView.GroupView;
import io.conclave.demo.Spread;
import io.conclave.workload.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One scenario once: from a whole stack, through its steps, to a whole stack. */
final class ScenarioRun {
  private static final Duration WHOLE_LIMIT = Duration.ofMinutes(4);
  private static final Duration ANSWERS_LIMIT = Duration.ofSeconds(60);
  private static final Duration CALM = Duration.ofMillis(1500);
  private static final int CHANNEL_PORT = 5432;

  private final Setting setting;
  private final Scenario scenario;
  private final List<String> problems = new ArrayList<>();
  private Optional<Load> load = Optional.empty();
  private long calmNanos = System.nanoTime();
  private long faultNanos = calmNanos;
  private long faultEpochMs = System.currentTimeMillis();
  private Optional<Long> wholeNanos = Optional.empty();
  private boolean harmed;

  ScenarioRun(Setting setting, Scenario scenario) {
    this.setting = setting;
    this.scenario = scenario;
  }

  /** Runs it. Whatever fails is a complaint of the result, and everything is healed afterwards. */
  RunResult run(int number) throws InterruptedException {
    Instant began = Instant.now();
    try {
      Seen seen = observe();
      List<String> complaints = Judge.complaints(scenario.expect(), seen);
      String kept = complaints.isEmpty() ? null : keep(number, began, complaints);
      double seconds = Spread.round(Duration.between(began, Instant.now()).toMillis() / 1000.0);
      return new RunResult(
          scenario.name(), scenario.title(), number, seconds, seen, complaints, kept);
    } finally {
      load.ifPresent(Load::close);
    }
  }

  private Seen observe() throws InterruptedException {
    Optional<Calm> calm = Optional.empty();
    try {
      calm = Optional.of(prepare());
      for (Step step : scenario.steps()) {
        if (step.deed().harms() && !harmed) {
          harmed = true;
          faultNanos = System.nanoTime();
          faultEpochMs = System.currentTimeMillis();
        }
        setting.injector().carryOut(step, calm.get());
      }
    } catch (ChaosException e) {
      problems.add(e.getMessage());
    }
    recover();
    return seen(calm.map(Calm::group));
  }

  private Calm prepare() throws ChaosException, InterruptedException {
    Cell cell = setting.cell();
    GroupView whole = awaitBack("before the fault");
    if (scenario.primary().isPresent() && !scenario.primary().get().equals(whole.primary())) {
      String wanted = scenario.primary().get();
      cell.switchover(scenario.primary());
      cell.await("a switchover to " + wanted, WHOLE_LIMIT, group -> wanted.equals(group.primary()));
      awaitBack("after the switchover to " + wanted);
    }
    load = Optional.of(Load.start(ways(), readWays(), setting.secrets(), setting.waiting()));
    load.get().awaitAnswers(CALM, ANSWERS_LIMIT);
    GroupView calm = cell.awaitWhole("whole before the fault", WHOLE_LIMIT);
    calmNanos = System.nanoTime();
    return new Calm(calm, setting.edges().holder());
  }

  private Map<Channel, Way> ways() {
    Map<Channel, Way> ways = new EnumMap<>(Channel.class);
    edgeChannels().forEach(channel -> ways.put(channel, setting.edges().way(channel)));
    if (scenario.channels().contains(Channel.DIRECT)) {
      ways.put(Channel.DIRECT, new Way(members(), setting.secrets().database()));
    }
    return ways;
  }

  private Map<Channel, Way> readWays() {
    return edgeChannels().collect(Collectors.toMap(channel -> channel, setting.edges()::readWay));
  }

  private Stream<Channel> edgeChannels() {
    return scenario.channels().stream()
        .filter(channel -> channel != Channel.DIRECT && setting.edges().exist());
  }

  private List<Endpoint> members() {
    return setting.services().stream()
        .filter(service -> service.is(Service.Kind.MEMBER))
        .map(service -> new Endpoint(service.address(), CHANNEL_PORT))
        .toList();
  }

  private GroupView awaitBack(String when) throws ChaosException, InterruptedException {
    setting
        .waiting()
        .until(
            "all containers run " + when,
            WHOLE_LIMIT,
            () -> setting.stack().missing(setting.services()));
    return setting.cell().awaitWhole("the group is whole " + when, WHOLE_LIMIT);
  }

  private void recover() throws InterruptedException {
    try {
      setting.injector().heal();
    } catch (ChaosException e) {
      problems.add(e.getMessage());
    }
    try {
      awaitBack("after the fault");
      wholeNanos = Optional.of(System.nanoTime());
      if (load.isPresent()) {
        load.get().awaitAnswers(CALM, ANSWERS_LIMIT);
      }
    } catch (ChaosException e) {
      problems.add(e.getMessage());
    }
  }

  private Seen seen(Optional<GroupView> before) throws InterruptedException {
    long end = System.nanoTime();
    Moments moments = new Moments(calmNanos, faultNanos, wholeNanos.orElse(end), end);
    List<ChannelSeen> channels = load.isPresent() ? load.get().seen(moments, problems) : List.of();
    Optional<GroupView> after = latest();
    Optional<FailoverView> failover = after
        .flatMap(GroupView::failover)
        .filter(f -> before.isPresent() && f.epoch() > before.get().epoch());
    return new Seen(
        channels,
        load.map(l -> l.reads(moments)).orElse(List.of()),
        setting.injector().takeCrowd().orElse(null),
        failover.map(f -> sinceFault(f.verdictAt())).orElse(null),
        failover.map(f -> sinceFault(f.establishedAt())).orElse(null),
        before.map(GroupView::primary).orElse(null),
        after.map(GroupView::primary).orElse(null),
        primaries(),
        before.isPresent() && after.isPresent()
            ? after.get().epoch() - before.get().epoch()
            : 0,
        problems);
  }

  private Optional<GroupView> latest() {
    try {
      return Optional.of(setting.cell().latest());
    } catch (ChaosException e) {
      problems.add(e.getMessage());
      return Optional.empty();
    }
  }

  /** Asks every server itself: the status is what hosts say of each other. */
  private List<String> primaries() throws InterruptedException {
    List<String> primaries = new ArrayList<>();
    for (Service service : setting.services()) {
      try {
        if (service.isDatabase() && setting.inside().isWritable(service, setting.secrets())) {
          primaries.add(service.name());
        }
      } catch (ChaosException e) {
        problems.add("whether clients can write is not known: " + e.getMessage());
      }
    }
    return primaries;
  }

  /** Of a wall-clock time of a host on this machine; null when that was not reached. */
  private Long sinceFault(long epochMs) {
    return epochMs <= 0 ? null : epochMs - faultEpochMs;
  }

  private String keep(int number, Instant began, List<String> complaints)
      throws InterruptedException {
    Map<Channel, List<String>> ledgers =
        load.map(l -> l.lines(faultNanos, System.nanoTime())).orElse(Map.of());
    try {
      return setting
          .evidence()
          .keep(scenario.name() + "-" + number, began, setting.services(), complaints, ledgers)
          .toString();
    } catch (ChaosException e) {
      problems.add(e.getMessage());
      return null;
    }
  }
}
