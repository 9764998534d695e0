package io.conclave.postgres;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * The ordinary user that PostgreSQL runs as. PostgreSQL refuses to run as root; when Conclave does, it drops privileges for
 * every program of PostgreSQL and gives the files to that user. Otherwise all of this does nothing.
 */
public final class OsUser {
  private final String name;
  private final int uid;
  private final int gid;
  private final List<String> prefix;

  private OsUser(String name, int uid, int gid, List<String> prefix) {
    this.name = name;
    this.uid = uid;
    this.gid = gid;
    this.prefix = prefix;
  }

  /**
   * @param name the configured user; not looked at when this process is not root
   * @throws PostgresException (NOT_FOUND) when this process is root and there is no such user, or it is root too
   */
  public static OsUser resolve(String name) {
    if (!"root".equals(System.getProperty("user.name"))) {
      return new OsUser(System.getProperty("user.name"), -1, -1, List.of());
    }
    int[] ids = ids(name);
    if (ids[0] == 0) {
      throw new PostgresException(
          PostgresException.Kind.NOT_FOUND,
          "postgres.os-user = '%s' is root; PostgreSQL refuses to run as root: name an ordinary user"
              .formatted(name));
    }
    return new OsUser(name, ids[0], ids[1], prefix(name, ids));
  }

  public String name() {
    return name;
  }

  /** The command as this user runs it. The process keeps its id, because the wrapper only execs. */
  List<String> command(List<String> command) {
    List<String> all = new ArrayList<>(prefix);
    all.addAll(command);
    return all;
  }

  void own(Path path) throws IOException {
    if (uid >= 0) {
      Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
    }
  }

  void ownTree(Path root) {
    if (uid < 0) {
      return;
    }
    try {
      Files.walkFileTree(root, new SimpleFileVisitor<>() {
        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes a)
            throws IOException {
          own(directory);
          return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
          own(file);
          return FileVisitResult.CONTINUE;
        }
      });
    } catch (IOException e) {
      throw DurableFiles.failed("cannot give " + root + " to " + name, e);
    }
  }

  private static List<String> prefix(String name, int[] ids) {
    for (String directory : List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin")) {
      Path setpriv = Path.of(directory, "setpriv");
      if (Files.isExecutable(setpriv)) {
        return List.of(
            setpriv.toString(), "--reuid=" + ids[0], "--regid=" + ids[1], "--clear-groups");
      }
    }
    return List.of("runuser", "-u", name, "--");
  }

  private static int[] ids(String name) {
    try {
      for (String line : Files.readAllLines(Path.of("/etc/passwd"))) {
        String[] fields = line.split(":");
        if (fields.length > 3 && fields[0].equals(name)) {
          return new int[] {Integer.parseInt(fields[2]), Integer.parseInt(fields[3])};
        }
      }
      return askId(name);
    } catch (IOException e) {
      throw DurableFiles.failed("cannot read /etc/passwd", e);
    }
  }

  /** Users of a directory service are not in /etc/passwd; {@code id} asks for them. */
  private static int[] askId(String name) {
    Command.Result uid = Command.run(List.of("id", "-u", name), Deadline.in(5000));
    Command.Result gid = Command.run(List.of("id", "-g", name), Deadline.in(5000));
    if (uid.exit() != 0 || gid.exit() != 0) {
      throw new PostgresException(
          PostgresException.Kind.NOT_FOUND,
          "postgres.os-user = '%s': no such user; create it, or name another".formatted(name));
    }
    return new int[] {
      Integer.parseInt(uid.output().trim()), Integer.parseInt(gid.output().trim())
    };
  }
}
