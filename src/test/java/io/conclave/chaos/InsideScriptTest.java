package io.conclave.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Verbs of {@code inside.sh} that only look, run by this machine's shell. */
class InsideScriptTest {
  @TempDir
  private Path programs;

  /** What a verb prints, and its exit code unless that is 0. */
  private String run(Map<String, String> environment, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sh", "-s", "--"));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PATH", programs + ":" + System.getenv("PATH"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try (InputStream script = Inside.class.getResourceAsStream("inside.sh");
        var stdin = process.getOutputStream()) {
      script.transferTo(stdin);
    }
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    return code == 0 ? out.strip() : "%d: %s".formatted(code, out.strip());
  }

  private void program(String name, String script) throws IOException {
    Path file = Files.writeString(programs.resolve(name), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      echo t                                                                         | yes
      echo f                                                                         | no
      echo 'FATAL:  pg_hba.conf rejects connection for host "10.1.0.11"' >&2; exit 2 | no
      echo 'connection refused' >&2; exit 2                                          | 3: psql says: connection refused
      exit 2                                                                         | 3: psql says:
      """)
  void aServerSaysWhetherItLetsClientsWrite(String psql, String said) throws Exception {
    program("psql", psql);
    assertEquals(said, run(Map.of("PGPASSWORD", "x"), "writable", "10.1.0.11", "app", "app"));
  }

  @Test
  void aClockCanBeMovedUnderLibfaketime() throws Exception {
    assertEquals("3: its processes do not run under libfaketime", run(Map.of(), "movable-clock"));
    assertEquals("", run(Map.of("FAKETIME_TIMESTAMP_FILE", "/tmp/x"), "movable-clock"));
  }

  /** Of this machine's devices and file systems the rest of the verbs would tell. */
  @Test
  void aDiskIsFilledThatIsSmallAndNotTheContainersOwn() throws Exception {
    program("stat", "case $3 in /etc) echo 1 ;; *) echo ${DEVICE} ;; esac");
    program("df", "printf 'a b\\n- %s\\n' $SIZE");
    assertEquals(
        "3: /data is on the file system of the container",
        run(Map.of("DEVICE", "1", "SIZE", "1000"), "fillable", "/data"));
    assertEquals(
        "3: /data is on a file system of 4194305 kB, which others use: needs one of 4 GB at most",
        run(Map.of("DEVICE", "2", "SIZE", "4194305"), "fillable", "/data"));
    assertEquals("", run(Map.of("DEVICE", "2", "SIZE", "4194304"), "fillable", "/data"));
  }

  @Test
  void anUnknownVerbIsTold() throws Exception {
    assertEquals("2: unknown: dance", run(Map.of(), "dance"));
  }
}
