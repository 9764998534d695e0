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
      Optional<Duration> lasts =
          step.has("for") ? step.millis("for", 1).map(Duration::ofMillis) : Optional.empty();
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
      case "heal" -> step.text(verb, "all").flatMap(this::heal);
      case "wait" -> time(step, verb).map(Deed.Pass::new);
      default ->
        step.choice("until", Event.class)
            .flatMap(event -> step.millis("within", EVENT_LIMIT.toMillis())
                .map(ms -> new Deed.Until(event, Duration.ofMillis(ms))));
    };
  }

  private Optional<Deed> heal(String what) {
    if (!what.equals("all")) {
      problems.error("heal", what, "must be all");
      return Optional.empty();
    }
    return Optional.of(new Deed.Heal());
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
      Map<Channel, Duration> outage = new EnumMap<>(Channel.class);
      if (section.isSection("outage")) {
        section.section("outage", "a section").ifPresent(each -> outages(each, outage));
      } else if (section.has("outage")) {
        Optional<Duration> all = time(section, "outage");
        channels.forEach(channel -> all.ifPresent(bound -> outage.put(channel, bound)));
      }
      return failover.map(f -> new Expectation(f, outage));
    }
  }

  private void outages(Section each, Map<Channel, Duration> outage) {
    try (each) {
      Arrays.stream(Channel.values())
          .filter(channel -> each.has(channel.word()))
          .forEach(
              channel -> time(each, channel.word()).ifPresent(bound -> outage.put(channel, bound)));
    }
  }
}
