package io.conclave.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.stream.Collectors;

/**
 * Sends signals to many processes in one quick pass. A small shell is kept for that: to start a process at the moment
 * of the fault would take longer than what is to be measured.
 */
public final class Signals implements AutoCloseable {
  private static final String SCRIPT =
      "trap '' INT TERM HUP; while read -r signal pids; do kill -s $signal $pids 2>/dev/null; echo done; done";

  private final Process shell;
  private final OutputStream commands;
  private final BufferedReader answers;

  Signals() throws IOException {
    shell = new ProcessBuilder("setsid", "sh", "-c", SCRIPT)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
    commands = shell.getOutputStream();
    answers = shell.inputReader(StandardCharsets.UTF_8);
  }

  /** Sends the signal, for example {@code STOP}; returns once all have it. Processes that are gone are no error. */
  public synchronized void send(String signal, Collection<Long> pids) {
    if (pids.isEmpty()) {
      return;
    }
    String list = pids.stream().map(String::valueOf).collect(Collectors.joining(" "));
    try {
      commands.write((signal + " " + list + "\n").getBytes(StandardCharsets.UTF_8));
      commands.flush();
      if (answers.readLine() == null) {
        throw new IllegalStateException("the shell that sends signals has ended");
      }
    } catch (IOException e) {
      throw new IllegalStateException("signal " + signal + " to " + list + " was not sent", e);
    }
  }

  @Override
  public void close() {
    shell.destroyForcibly();
  }
}
