package io.conclave.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Keeps every core busy by processes of their own, which end with the demo's directory. */
final class BusyCores implements AutoCloseable {
  private final List<Process> burners = new ArrayList<>();

  BusyCores(Path directory) throws IOException {
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      burners.add(new ProcessBuilder("setsid", "sh", "-c", "while :; do :; done")
          .directory(directory.toFile())
          .start());
    }
  }

  @Override
  public void close() {
    burners.forEach(Process::destroyForcibly);
  }
}
