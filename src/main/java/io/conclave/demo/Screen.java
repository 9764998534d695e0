package io.conclave.demo;

import java.io.PrintStream;
import java.util.List;

/** Shows a block of lines again and again: in place on a terminal, one after the other elsewhere. */
final class Screen {
  private static final String UP = "\u001b[%dA";
  private static final String CLEAR_LINE = "\u001b[2K";
  /** A line that is too long is cut: wrapped it would take two, and the block would not be drawn in place. */
  private static final String NO_WRAP = "\u001b[?7l";

  private static final String WRAP = "\u001b[?7h";
  private static final String CLEAR_BELOW = "\u001b[J";

  private final PrintStream out;
  private final boolean terminal;
  private int shown;

  Screen(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  boolean terminal() {
    return terminal;
  }

  synchronized void show(List<String> lines) {
    StringBuilder text = new StringBuilder();
    text.append(terminal ? NO_WRAP : "");
    if (terminal && shown > 0) {
      text.append(UP.formatted(shown));
    }
    for (String line : lines) {
      text.append(terminal ? CLEAR_LINE : "").append(line).append(System.lineSeparator());
    }
    text.append(terminal ? CLEAR_BELOW + WRAP : "");
    out.print(text);
    out.flush();
    shown = lines.size();
  }

  /** Prints a line that stays. */
  synchronized void say(String line) {
    out.println(line);
    out.flush();
    shown = 0;
  }
}
