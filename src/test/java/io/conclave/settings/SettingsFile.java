package io.conclave.settings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A right configuration file with one thing changed, for tests. */
record SettingsFile(String text) {
  private static final String PASSWORDS =
      "conclave:a\nconclave_replication:b:c\nconclave_probe:d\n";

  /** Three hosts in three regions, one group, everything explicit that a test wants to change. */
  static final SettingsFile RIGHT = new SettingsFile("""
      conclave {
        cell = "test"
        regions = ["us", "eu", "ap"]
        hosts = [
          { name = "us-1", region = "us", address = "10.1.0.1", akka-port = 25520, http-port = 8558, roles = ["sentinel", "agent"] }
          { name = "eu-1", region = "eu", address = "10.2.0.1", akka-port = 25520, http-port = 8558, roles = ["sentinel", "agent"] }
          { name = "ap-1", region = "ap", address = "10.3.0.1", akka-port = 25520, http-port = 8558, roles = ["sentinel", "agent"] }
        ]
        groups = [
          {
            name = "main"
            durability { policy = quorum, when-alone = strict }
            nodes = [
              { name = "us-db-1", host = "us-1", port = 5432, data-directory = "/data/us-db-1", kind = standby, priority = 200 }
              { name = "eu-db-1", host = "eu-1", port = 5432, data-directory = "/data/eu-db-1", kind = standby, priority = 100 }
              { name = "ap-db-1", host = "ap-1", port = 5432, data-directory = "/data/ap-db-1", kind = standby, priority = 100 }
            ]
          }
        ]
        timings { profile = lan }
        state-directory = "/state"
        postgres { binaries = auto, os-user = "postgres", passwords-file = "passwords", settings { shared_buffers = "64MB" } }
        http { bind-address = "127.0.0.1" }
      }
      """);

  /** The same with two edges. */
  static final SettingsFile EDGE = RIGHT.with(
      "hosts = [", """
      hosts = [
          { name = "us-edge-1", region = "us", address = "10.1.0.21", roles = ["edge"] }
          { name = "us-edge-2", region = "us", address = "10.1.0.22", roles = ["edge"] }
      """, "durability {", """
      edge { writes-port = 5432, reads-port = 5433, databases = ["app"], max-lag = 16MB }
            durability {""", "http {", """
      edge {
          statistics-port = 8404
          run-directory = "/run/conclave"
          virtual-ip { address = "10.1.0.100/24", interface = eth0, hosts = ["us-edge-1", "us-edge-2"] }
        }
        http {""", "\"passwords\"", "\"edge-passwords\"");

  /** With each of these texts replaced; a text that is not there is a mistake of the test. */
  SettingsFile with(String... fromAndTo) {
    String changed = text;
    for (int i = 0; i < fromAndTo.length; i += 2) {
      if (!changed.contains(fromAndTo[i])) {
        throw new IllegalArgumentException("not in the file: " + fromAndTo[i]);
      }
      changed = changed.replace(fromAndTo[i], fromAndTo[i + 1]);
    }
    return new SettingsFile(changed);
  }

  /** With these lines in the section timings. */
  SettingsFile timings(String lines) {
    return with("profile = lan", "profile = lan, " + lines);
  }

  /** Writes it beside a file of passwords. */
  Path in(Path directory) {
    try {
      Path passwords = directory.resolve("passwords");
      if (!Files.exists(passwords)) {
        Files.writeString(passwords, PASSWORDS);
        Files.writeString(directory.resolve("edge-passwords"), PASSWORDS + "conclave_edge:e\n");
      }
      return Files.writeString(directory.resolve("conclave.conf"), text);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  ConclaveSettings load(Path directory) {
    return ConclaveSettings.load(in(directory), Map.of());
  }
}
