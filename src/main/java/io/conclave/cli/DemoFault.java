package io.conclave.cli;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What a demo does to its primary. */
public enum DemoFault {
  /** SIGKILL of the postmaster alone. */
  KILL,
  /** SIGKILL of every process of the host; the demo starts the JVM again, as an init system would. */
  KILL_HOST,
  /** SIGSTOP of every process of the host, as {@code docker pause} does, and SIGCONT after the failover. */
  FREEZE,
  /** A planned switchover. */
  SWITCHOVER;

  /** As the command line and the report write it; picocli shows and reads it. */
  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws IllegalArgumentException that names the words there are
   */
  public static DemoFault parse(String text) {
    return Arrays.stream(values())
        .filter(fault -> fault.toString().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("must be one of %s (is '%s')"
            .formatted(Arrays.toString(values()).replaceAll("[\\[\\]]", ""), text)));
  }

  /** The same for options. */
  static final class Converter implements ITypeConverter<DemoFault> {
    @Override
    public DemoFault convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException wrong) {
        throw new TypeConversionException(wrong.getMessage());
      }
    }
  }
}
