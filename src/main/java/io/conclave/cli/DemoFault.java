package io.conclave.cli;

import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What a demo does to its primary. */
public enum DemoFault {
  /** SIGKILL of the postmaster alone. */
  KILL,
  /** SIGKILL of PostgreSQL and of its JVM. */
  KILL_HOST,
  /** SIGSTOP of every process of the host, SIGCONT after the failover. */
  FREEZE,
  /** A planned switchover. */
  SWITCHOVER;

  /** As the command line and the report write it; picocli shows and reads it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Reads what {@link #toString} writes. */
  static final class Converter implements ITypeConverter<DemoFault> {
    @Override
    public DemoFault convert(String text) {
      return Arrays.stream(values())
          .filter(fault -> fault.toString().equals(text))
          .findFirst()
          .orElseThrow(() -> new TypeConversionException("must be one of %s (is '%s')"
              .formatted(Arrays.toString(values()).replaceAll("[\\[\\]]", ""), text)));
    }
  }
}
