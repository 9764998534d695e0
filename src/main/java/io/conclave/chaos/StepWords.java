package io.conclave.chaos;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words of a step, as they are written. */
final class StepWords {
  /** Each step has one of these as a key. */
  static final Set<String> VERBS = Set.of(
      "pause",
      "kill",
      "stop",
      "signal",
      "cut",
      "delay",
      "lose",
      "fill-disk",
      "jump-clock",
      "restart",
      "roll",
      "switchover",
      "clients",
      "ask",
      "heal",
      "wait",
      "until");

  static final String SIGNED_TIME = "a time such as 1h or -90s";

  private static final Set<String> SIGNALS =
      Set.of("KILL", "TERM", "INT", "QUIT", "STOP", "SEGV", "ABRT");
  private static final Pattern TIME = Pattern.compile("([+-]?[0-9]{1,6})(s|m|h)");
  private static final Pattern PERCENT = Pattern.compile("([1-9][0-9]?)%?");

  private StepWords() {}

  static String signal(String word) {
    if (!SIGNALS.contains(word)) {
      throw new IllegalArgumentException(
          "must be one of " + String.join(", ", SIGNALS.stream().sorted().toList()));
    }
    return word;
  }

  static int percent(String word) {
    Matcher matcher = PERCENT.matcher(word);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("must be 1% to 99%");
    }
    return Integer.parseInt(matcher.group(1));
  }

  static Duration signedTime(String word) {
    Matcher matcher = TIME.matcher(word);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("must be " + SIGNED_TIME);
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "h" -> Duration.ofHours(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofSeconds(number);
    };
  }

  /** Of a switchover. */
  static Optional<Selector> target(String word) {
    return word.equals("any") ? Optional.empty() : Optional.of(Selector.parse(word));
  }
}
