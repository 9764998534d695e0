package io.conclave;

import io.conclave.cli.ConclaveCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The program: a command line over the parts that it can start. */
public final class Main {
  private Main() {}

  /** Runs a command; its exit code is that of the process. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = ConclaveCommand.execute(new InstalledPrograms(), out, err, List.of(arguments));
    out.flush();
    err.flush();
    System.exit(code);
  }
}
