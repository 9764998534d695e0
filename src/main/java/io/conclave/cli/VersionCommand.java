package io.conclave.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code conclave version}: version, commit and Java. */
@Command(name = "version", description = "Shows version, commit and Java.")
final class VersionCommand implements Callable<Integer>, IVersionProvider {
  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    for (String line : getVersion()) {
      spec.commandLine().getOut().println(line);
    }
    return ExitCodes.DONE;
  }

  @Override
  public String[] getVersion() throws IOException {
    Properties build = new Properties();
    try (InputStream in = VersionCommand.class.getResourceAsStream("/conclave-build.properties")) {
      build.load(in);
    }
    return new String[] {
      "conclave %s (%s), Java %s"
          .formatted(build.get("version"), build.get("commit"), Runtime.version())
    };
  }
}
