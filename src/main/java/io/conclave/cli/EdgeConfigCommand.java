package io.conclave.cli;

import io.conclave.core.HostId;
import io.conclave.edge.config.EdgeFiles;
import io.conclave.edge.config.EdgeFiles.EdgeFile;
import io.conclave.postgres.Passwords;
import io.conclave.settings.ConclaveSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code conclave edge-config}: the files of the programs beside an edge. */
@Command(
    name = "edge-config",
    description = "Writes the configuration of HAProxy, PgBouncer and keepalived of one edge.",
    footer = {
      "",
      "Files: haproxy.cfg, pgbouncer.ini, userlist.txt (with a password), keepalived.conf (with a virtual IP), and",
      "edge-login.sql for databases that Conclave has not prepared. The same configuration gives the same files."
    })
final class EdgeConfigCommand implements Callable<Integer> {
  private static final String OPEN = "rw-r--r--";
  private static final String SECRET = "rw-------";

  @Spec
  private CommandSpec spec;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "Configuration file of the cell.")
  private Path config;

  @Option(
      names = "--host",
      required = true,
      paramLabel = "NAME",
      defaultValue = "${env:CONCLAVE_HOST}",
      description = "Which of the file's hosts; or environment variable CONCLAVE_HOST.")
  private String host;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Directory of the files; made when it is missing.")
  private Path out;

  @Option(
      names = "--owner",
      paramLabel = "USER",
      description = "Whom userlist.txt is given to: the user that PgBouncer runs as.")
  private Optional<String> owner = Optional.empty();

  @Override
  public Integer call() {
    ConclaveSettings settings = ConclaveSettings.load(config);
    Passwords passwords = Passwords.load(settings.postgres().passwordsFile());
    Path directory = out.toAbsolutePath().normalize();
    List<EdgeFile> files = EdgeFiles.render(settings, new HostId(host), passwords, directory);
    try {
      Files.createDirectories(directory);
      for (EdgeFile file : files) {
        write(directory, file);
        spec.commandLine().getOut().println(directory.resolve(file.name()));
      }
    } catch (IOException failed) {
      throw new CommandFailure("cannot write to %s: %s".formatted(directory, failed));
    }
    return ExitCodes.DONE;
  }

  /** A program that reads it meanwhile sees the old file or the new one. */
  private void write(Path directory, EdgeFile file) throws IOException {
    Path beside = directory.resolve("." + file.name() + ".new");
    Files.deleteIfExists(beside);
    Files.createFile(
        beside,
        PosixFilePermissions.asFileAttribute(
            PosixFilePermissions.fromString(file.secret() ? SECRET : OPEN)));
    Files.writeString(beside, file.text(), StandardCharsets.UTF_8);
    if (file.secret() && owner.isPresent()) {
      UserPrincipal user = directory
          .getFileSystem()
          .getUserPrincipalLookupService()
          .lookupPrincipalByName(owner.get());
      Files.setAttribute(beside, "owner:owner", user, LinkOption.NOFOLLOW_LINKS);
    }
    Files.move(
        beside,
        directory.resolve(file.name()),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
