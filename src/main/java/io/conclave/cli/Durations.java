package io.conclave.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads durations as the configuration file writes them: 500ms, 90s, 10m. */
final class Durations implements ITypeConverter<Duration> {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

  @Override
  public Duration convert(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "must be a duration such as 500ms, 90s, 10m (is '%s')".formatted(text));
    }
    String unit = matcher.group(2).toUpperCase(Locale.ROOT);
    long amount = Long.parseLong(matcher.group(1));
    return unit.equals("MS") ? Duration.ofMillis(amount) : Duration.parse("PT" + amount + unit);
  }
}
