package io.conclave.edge.config;

import io.conclave.core.HostId;
import io.conclave.postgres.EdgeLogin;
import io.conclave.postgres.Passwords;
import io.conclave.settings.ConclaveSettings;
import io.conclave.settings.HostSettings;
import io.conclave.settings.Problem;
import io.conclave.settings.Role;
import io.conclave.settings.SettingsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files of HAProxy, PgBouncer and keepalived of one edge: all of them follow from the configuration of the cell. */
public final class EdgeFiles {
  private static final String HEADER =
      "Written by conclave edge-config for %s of cell %s; changes made here are lost.";

  private EdgeFiles() {}

  /**
   * A file.
   *
   * @param secret whether it holds a password
   */
  public record EdgeFile(String name, String text, boolean secret) {}

  /**
   * @param directory absolute, where the files are going to be
   * @throws SettingsException when the host is not an edge, or there is no password for conclave_edge
   */
  public static List<EdgeFile> render(
      ConclaveSettings settings, HostId host, Passwords passwords, Path directory) {
    HostSettings self = settings.host(host);
    if (!self.has(Role.EDGE)) {
      throw new SettingsException(
          List.of(new Problem("", "conclave.hosts", host.value(), "must have the role edge")));
    }
    String password = passwords
        .edge()
        .orElseThrow(() -> new SettingsException(List.of(new Problem(
            "",
            "conclave.postgres.passwords-file",
            settings.postgres().passwordsFile().toString(),
            "must have a line role:password for " + Passwords.EDGE))));
    String header = HEADER.formatted(host, settings.cell());
    List<EdgeFile> files = new ArrayList<>();
    files.add(new EdgeFile("haproxy.cfg", HaproxyFile.render(settings, self, header), false));
    files.add(
        new EdgeFile("pgbouncer.ini", PgbouncerFile.render(settings, header, directory), false));
    files.add(new EdgeFile("userlist.txt", PgbouncerFile.users(password), true));
    files.add(new EdgeFile("edge-login.sql", EdgeLogin.script(), false));
    KeepalivedFile.render(settings, self, header)
        .ifPresent(text -> files.add(new EdgeFile("keepalived.conf", text, false)));
    return List.copyOf(files);
  }
}
