package io.conclave.cli;

import io.conclave.settings.SettingsException;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code conclave}: the root of all commands, and how their failures are shown. */
@Command(
    name = "conclave",
    description = "Keeps PostgreSQL writable when machines, networks and whole regions fail.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {HelpCommand.class, VersionCommand.class},
    versionProvider = VersionCommand.class,
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT)
public final class ConclaveCommand implements Runnable {
  @Spec
  private CommandSpec spec;

  private ConclaveCommand() {}

  /** Runs a command line and answers its exit code. */
  public static int execute(
      Programs programs, PrintWriter out, PrintWriter err, List<String> arguments) {
    return commandLine(programs).setOut(out).setErr(err).execute(arguments.toArray(String[]::new));
  }

  private static CommandLine commandLine(Programs programs) {
    CommandLine commandLine = new CommandLine(new ConclaveCommand());
    commandLine.addSubcommand(new ChaosCommand(programs));
    commandLine.addSubcommand(new DemoCommand(programs));
    commandLine.addSubcommand(new EdgeConfigCommand());
    commandLine.addSubcommand(new ExplainCommand());
    commandLine.addSubcommand(new MoveCoordinatorCommand());
    commandLine.addSubcommand(new NodeCommand(programs));
    commandLine.addSubcommand(new SimulateCommand());
    commandLine.addSubcommand(new StatusCommand());
    commandLine.addSubcommand(new SwitchoverCommand());
    commandLine.addSubcommand(new WorkloadCommand(programs));
    commandLine.addSubcommand(new TrainCommand(programs));
    commandLine.setParameterExceptionHandler(ConclaveCommand::showUsageError);
    commandLine.setExecutionExceptionHandler(failures());
    exitCodesInHelp(commandLine);
    return commandLine;
  }

  private static void exitCodesInHelp(CommandLine commandLine) {
    commandLine.getCommandSpec().usageMessage().exitCodeListHeading("%nExit codes:%n");
    commandLine
        .getCommandSpec()
        .usageMessage()
        .exitCodeList(CommandLine.Model.UsageMessageSpec.keyValuesMap(ExitCodes.HELP));
    commandLine.getSubcommands().values().forEach(ConclaveCommand::exitCodesInHelp);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  /** One line, what was probably meant, and where to read on. */
  private static int showUsageError(ParameterException wrong, String[] arguments) {
    CommandLine command = wrong.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println(name + ": " + wrong.getMessage());
    UnmatchedArgumentException.printSuggestions(wrong, command.getErr());
    command.getErr().println("Try '" + name + " --help'.");
    return ExitCodes.USAGE;
  }

  private static IExecutionExceptionHandler failures() {
    return (failure, command, parsed) -> {
      PrintWriter err = command.getErr();
      String name = command.getCommandSpec().qualifiedName();
      if (failure instanceof SettingsException wrong) {
        int count = wrong.problems().size();
        err.println(name + ": " + (count == 1 ? "a problem" : count + " problems")
            + " in the configuration:");
        wrong.problems().forEach(problem -> err.println("  " + problem));
        return ExitCodes.USAGE;
      }
      if (failure instanceof IllegalArgumentException contradiction) {
        err.println(name + ": " + contradiction.getMessage());
        return ExitCodes.USAGE;
      }
      if (failure instanceof CommandFailure refused) {
        err.println(name + ": " + refused.getMessage());
        return ExitCodes.FAILED;
      }
      throw failure;
    };
  }
}
