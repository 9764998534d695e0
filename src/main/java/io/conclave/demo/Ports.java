package io.conclave.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free loopback ports below the range from which Linux takes ports for outgoing connections. From within that range a
 * client could be given the port of a server that is just down, and even be connected with itself.
 */
final class Ports {
  private static final Path RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
  private static final int LOWEST = 15_000;
  private static final int TRIES = 2000;

  private Ports() {}

  /** So many different ports that nobody listens at now. */
  static List<Integer> free(int count) throws DemoException {
    int end = Math.max(LOWEST + 1000, firstEphemeral());
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < TRIES && ports.size() < count; i++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, end);
      if (!ports.contains(port) && isFree(port)) {
        ports.add(port);
      }
    }
    if (ports.size() < count) {
      throw new DemoException(
          "no " + count + " free TCP ports on 127.0.0.1 between " + LOWEST + " and " + end);
    }
    return ports;
  }

  private static int firstEphemeral() {
    try {
      return Files.exists(RANGE)
          ? Integer.parseInt(Files.readString(RANGE).trim().split("\\s+")[0])
          : 32_768;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
