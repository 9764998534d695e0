package io.conclave.chaos;

import io.conclave.chaos.Deed.Event;
import io.conclave.chaos.Deed.Program;
import io.conclave.chaos.Expectation.Failover;
import io.conclave.settings.Problem;
import io.conclave.settings.Problems;
import io.conclave.settings.Section;
import io.conclave.settings.SettingsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;

/** Reads {@code NAME.conf}. */
final class ScenarioSettings {
  static final String SUFFIX = ".conf";

  private static final Duration EVENT_LIMIT = Duration.ofSeconds(60);
  private static final int MOST_CLIENTS = 20_000;

  private final Problems problems;

  private ScenarioSettings(Path file) {
    this.problems = new Problems(file);
  }

  /**
   * Reads a scenario.
   *
   * @throws SettingsException with everything that is wrong in it: file, line, key, and what is right
   */
  static Scenario read(Path file) {
    ScenarioSettings settings = new ScenarioSettings(file);
    Optional<Scenario> scenario = settings.scenario(file);
    List<Problem> errors = settings.problems.errors();
    if (!errors.isEmpty()) {
      throw new SettingsException(errors);
    }
    return scenario.orElseThrow(
        () -> new IllegalStateException("neither a scenario nor a problem in " + file));
  }

  private Optional<Scenario> scenario(Path file) {
    String name = file.getFileName().toString().replace(SUFFIX, "");
    try (Section root = Section.ofFile(file, problems)) {
      Optional<String> title = root.text("title", "a sentence");
      boolean smoke = root.flag("smoke").orElse(false);
      Optional<String> primary =
          root.has("primary") ? root.text("primary", "a node") : Optional.empty();
      Set<Channel> channels = root.has("channels")
          ? root.choices("channels", Channel.class).map(Set::copyOf).orElse(Set.of())
          : EnumSet.allOf(Channel.class);
      List<Step> steps = new ArrayList<>();
      root.sections("steps", "a list of { … }").forEach(s -> step(s).ifPresent(steps::add));
      Optional<Expectation> expect =
          root.section("expect", "a section { … }").flatMap(s -> expect(s, channels));
      return title.isEmpty() || expect.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new Scenario(name, title.get(), smoke, primary, channels, steps, expect.get()));
    }
  }

  private Optional<Step> step(Section step) {
    try (step) {
      List<String> verbs =
          step.keys().stream().filter(StepWords.VERBS::contains).sorted().toList();
      if (verbs.size() != 1) {
        problems.error(
            step.path(),
            verbs.isEmpty() ? "" : String.join(", ", verbs),
            "must have one of " + String.join(", ", new TreeSet<>(StepWords.VERBS)));
        return Optional.empty();
      }
      Optional<Duration> lasts = optionalTime(step, "for");
      return deed(step, verbs.get(0)).map(deed -> new Step(deed, lasts));
    }
  }

  private Optional<Deed> deed(Section step, String verb) {
    return switch (verb) {
      case "pause" -> whom(step, verb).map(Deed.Pause::new);
      case "kill" -> whom(step, verb).map(Deed.Kill::new);
      case "stop" -> whom(step, verb).map(Deed.Stop::new);
      case "restart" -> whom(step, verb).map(Deed.Restart::new);
      case "roll" -> whom(step, verb).map(Deed.Roll::new);
      case "fill-disk" -> whom(step, verb).map(Deed.FillDisk::new);
      case "signal" -> signal(step);
      case "cut" -> cut(step);
      case "delay" -> time(step, verb).map(Deed.Delay::new);
      case "lose" -> lose(step);
      case "jump-clock" ->
        whom(step, verb)
            .flatMap(w -> step.parsed("by", StepWords.SIGNED_TIME, StepWords::signedTime)
                .map(by -> new Deed.JumpClock(w, by)));
      case "switchover" ->
        step.parsed(verb, Selector.ALLOWED, "any", StepWords::target).map(Deed.Switchover::new);
      case "clients" -> step.integer(verb, 1, MOST_CLIENTS).map(Deed.Crowd::new);
      case "ask" -> word(step, verb, "clients").map(clients -> new Deed.Ask());
      case "heal" -> word(step, verb, "all").map(all -> new Deed.Heal());
      case "wait" -> time(step, verb).map(Deed.Pass::new);
      default ->
        step.choice("until", Event.class)
            .flatMap(event -> step.millis("within", EVENT_LIMIT.toMillis())
                .map(ms -> new Deed.Until(event, Duration.ofMillis(ms))));
    };
  }

  /** For a verb that is said of one thing only. */
  private Optional<String> word(Section step, String verb, String right) {
    Optional<String> word = step.text(verb, right);
    if (word.isPresent() && !word.get().equals(right)) {
      problems.error(verb, word.get(), "must be " + right);
      return Optional.empty();
    }
    return word;
  }

  private Optional<Duration> time(Section step, String key) {
    return step.millis(key, 1).map(Duration::ofMillis);
  }

  private Optional<Deed> signal(Section step) {
    Optional<String> signal = step.parsed("signal", "a signal", StepWords::signal);
    Optional<Program> which = step.choice("process", Program.class);
    Optional<Targets> whom = whom(step, "of");
    return signal.isEmpty() || which.isEmpty() || whom.isEmpty()
        ? Optional.empty()
        : Optional.of(new Deed.KillProcess(signal.get(), which.get(), whom.get()));
  }

  private Optional<Deed> cut(Section step) {
    Optional<Targets> whom = whom(step, "cut");
    if (!step.has("from")) {
      problems.error(step.path("from"), "", "is missing; must be all, or " + Selector.ALLOWED);
      return Optional.empty();
    }
    boolean all = step.oneOrMore("from", "all").filter(List.of("all")::equals).isPresent();
    if (all) {
      return whom.map(w -> new Deed.Cut(w, Optional.empty()));
    }
    Optional<Targets> from = whom(step, "from");
    return whom.flatMap(w -> from.map(f -> new Deed.Cut(w, Optional.of(f))));
  }

  private Optional<Deed> lose(Section step) {
    Optional<Integer> percent = step.parsed("lose", "a percentage", StepWords::percent);
    Optional<Targets> whom = whom(step, "of");
    return percent.flatMap(p -> whom.map(w -> new Deed.Loss(p, w)));
  }

  private Optional<Targets> whom(Section step, String key) {
    Optional<List<String>> words = step.oneOrMore(key, "one of " + Selector.ALLOWED);
    List<Selector> selectors = new ArrayList<>();
    for (String word : words.orElse(List.of())) {
      try {
        selectors.add(Selector.parse(word));
      } catch (IllegalArgumentException wrong) {
        problems.error(step.path(key), word, wrong.getMessage());
        return Optional.empty();
      }
    }
    return words.map(w -> new Targets(selectors));
  }

  private Optional<Expectation> expect(Section section, Set<Channel> channels) {
    try (section) {
      Optional<Failover> failover = section.choice("failover", Failover.class);
      Optional<Integer> atMost = section.has("failovers-at-most")
          ? section.integer("failovers-at-most", 0, 1000)
          : Optional.empty();
      Map<Channel, Duration> outage = times(section, "outage", channels);
      Map<Channel, Integer> failed =
          each(section, "failed", (of, key) -> of.integer(key, 0, Integer.MAX_VALUE));
      Map<Channel, Duration> goal = each(section, "goal", this::time);
      Map<Channel, Duration> staleUntil = times(section, "stale-until", channels);
      Map<Channel, StallGoal> stall = each(section, "stall", this::stallGoal);
      return failover.map(f -> new Expectation(f, atMost, outage, failed, goal, staleUntil, stall));
    }
  }

  private Optional<StallGoal> stallGoal(Section channels, String key) {
    return channels.section(key, "a section { … } with median, max or both").map(goal -> {
      try (goal) {
        return new StallGoal(optionalTime(goal, "median"), optionalTime(goal, "max"));
      }
    });
  }

  private Optional<Duration> optionalTime(Section section, String key) {
    return section.has(key) ? time(section, key) : Optional.empty();
  }

  /** One time for all of them, or one for each that is named. */
  private Map<Channel, Duration> times(Section section, String key, Set<Channel> channels) {
    if (section.isSection(key)) {
      return each(section, key, this::time);
    }
    return section.has(key) ? all(channels, time(section, key)) : Map.of();
  }

  private static <T> Map<Channel, T> all(Set<Channel> channels, Optional<T> value) {
    Map<Channel, T> values = new EnumMap<>(Channel.class);
    channels.forEach(channel -> value.ifPresent(v -> values.put(channel, v)));
    return values;
  }

  /** A value for each channel that is named. */
  private static <T> Map<Channel, T> each(
      Section section, String key, BiFunction<Section, String, Optional<T>> value) {
    Map<Channel, T> values = new EnumMap<>(Channel.class);
    if (section.has(key)) {
      section.section(key, "a section { … } of channels").ifPresent(channels -> {
        try (channels) {
          Arrays.stream(Channel.values())
              .filter(channel -> channels.has(channel.word()))
              .forEach(channel ->
                  value.apply(channels, channel.word()).ifPresent(v -> values.put(channel, v)));
        }
      });
    }
    return values;
  }
}
