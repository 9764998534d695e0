package io.conclave.cli;

import io.conclave.text.DurationText;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads durations as the configuration file writes them: 500ms, 90s, 10m. */
final class Durations implements ITypeConverter<Duration> {
  @Override
  public Duration convert(String text) {
    return DurationText.parse(text)
        .orElseThrow(() -> new TypeConversionException(
            "must be a duration such as 500ms, 90s, 10m (is '%s')".formatted(text)));
  }
}
