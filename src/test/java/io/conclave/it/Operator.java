package io.conclave.it;

import io.conclave.demo.HostProcess;
import io.conclave.postgres.Binaries;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** What an operator does by hand beside a daemon. */
final class Operator {
  private Operator() {}

  /** What a program has said, and its exit code. */
  record Said(int exit, String text) {}

  /** Runs a program of PostgreSQL as the owner of this directory. */
  static Said run(Path owned, String program, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))) {
      command.addAll(List.of("runuser", "-u", Files.getOwner(owned).getName(), "--"));
    }
    Path cache = Path.of(System.getProperty("java.io.tmpdir"), "conclave-it-embedded");
    command.add(Binaries.find("auto", cache).directory().resolve(program).toString());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command)
        .directory(owned.toFile())
        .redirectErrorStream(true)
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
        .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(process.waitFor(), text);
  }

  /** Stops the server beside a host with {@code pg_ctl}. */
  static void stop(HostProcess host) throws IOException, InterruptedException {
    Path data = host.host().dataDirectory();
    Said said = run(data, "pg_ctl", "stop", "-D", data.toString(), "-m", "fast", "-w");
    if (said.exit() != 0) {
      throw new AssertionError(said.text());
    }
  }

  /** Renames the data directory; the new name says why. */
  static Path moveDataAside(HostProcess host, String why) throws IOException {
    Path data = host.host().dataDirectory();
    return Files.move(data, data.resolveSibling(data.getFileName() + "." + why));
  }

  /** Makes a data directory that has nothing to do with the group, of the same owner as another. */
  static void initializeAnother(HostProcess host, Path ownedAlike)
      throws IOException, InterruptedException {
    Path data = host.host().dataDirectory();
    Files.createDirectory(
        data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.setOwner(data, Files.getOwner(ownedAlike));
    Said said = run(data, "initdb", "-D", data.toString(), "-N", "-A", "reject");
    if (said.exit() != 0) {
      throw new AssertionError(said.text());
    }
  }
}
