package io.conclave.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code conclave train}: run once per build by the launcher, which records the classes that it loads. */
@Command(
    name = "train",
    hidden = true,
    description = "Loads what a daemon loads, for the class-data archive.")
final class TrainCommand implements Callable<Integer> {
  private final Programs programs;

  TrainCommand(Programs programs) {
    this.programs = programs;
  }

  @Override
  public Integer call() {
    return programs.train();
  }
}
