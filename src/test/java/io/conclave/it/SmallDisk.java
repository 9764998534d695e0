package io.conclave.it;

import io.conclave.demo.HostProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file system of some hundred MB, with room for the WAL of a few failovers, under the directory of one host; its daemon and its server are moved onto it. */
final class SmallDisk implements AutoCloseable {
  private static final int MEGABYTES = 600;
  private static final byte[] BLOCK = new byte[1 << 16];

  private final TestCell cell;
  private final HostProcess host;
  private final Path directory;
  private final Path aside;
  private boolean mounted;

  private SmallDisk(TestCell cell, HostProcess host) {
    this.cell = cell;
    this.host = host;
    this.directory = host.host().directory();
    this.aside = directory.resolveSibling(directory.getFileName() + ".aside");
  }

  /** Whether this process may mount: root, outside of most containers. */
  static boolean isPossible() throws IOException, InterruptedException {
    Path probe = Files.createTempDirectory("conclave-it-mount");
    try {
      boolean mounts = "root".equals(System.getProperty("user.name"))
          && exit("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", probe.toString()) == 0;
      return mounts && exit("umount", probe.toString()) == 0;
    } finally {
      Files.delete(probe);
    }
  }

  /** Stops the host, moves all that it has, and starts its daemon. */
  static SmallDisk under(TestCell cell, HostProcess host) throws Exception {
    SmallDisk disk = new SmallDisk(cell, host);
    cell.killHost(host);
    try {
      Files.move(disk.directory, disk.aside);
      Files.createDirectory(disk.directory);
      run(
          "mount",
          "-t",
          "tmpfs",
          "-o",
          "mode=755,size=" + MEGABYTES + "m",
          "tmpfs",
          disk.directory.toString());
      disk.mounted = true;
      run("cp", "-a", disk.aside + "/.", disk.directory.toString());
      cell.startJvm(host);
      return disk;
    } catch (Exception e) {
      disk.close();
      throw e;
    }
  }

  private Path filler() {
    return directory.resolve("filler");
  }

  /** Leaves no byte. */
  void fill() throws IOException {
    try (OutputStream out = Files.newOutputStream(filler())) {
      while (true) {
        out.write(BLOCK);
      }
    } catch (IOException full) {
      if (Files.getFileStore(directory).getUsableSpace() >= BLOCK.length) {
        throw full;
      }
    }
  }

  /** Makes room again. */
  void drain() throws IOException {
    Files.deleteIfExists(filler());
  }

  private static int exit(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  private static void run(String... command) throws IOException, InterruptedException {
    if (exit(command) != 0) {
      throw new IOException(List.of(command) + " has failed");
    }
  }

  /** The host goes back to where it was, with what it has now. */
  @Override
  public void close() throws IOException, InterruptedException {
    cell.killHost(host);
    if (mounted) {
      drain();
      run("rm", "-rf", aside.toString());
      run("cp", "-a", directory.toString(), aside.toString());
      run("umount", "-l", directory.toString());
      mounted = false;
    }
    if (Files.exists(aside)) {
      Files.deleteIfExists(directory);
      Files.move(aside, directory);
    }
    cell.startJvm(host);
  }
}
