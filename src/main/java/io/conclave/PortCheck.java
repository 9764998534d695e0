package io.conclave;

import io.conclave.settings.ConclaveSettings;
import io.conclave.settings.HostSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;

/** Looks before the start whether the ports of a host are free, so that a taken one is one sentence. */
final class PortCheck {
  private PortCheck() {}

  /** Why the host cannot listen, as a sentence; empty when it can. */
  static Optional<String> problem(ConclaveSettings settings, HostSettings self) {
    return problem("akka-port", self.address(), self.akkaPort())
        .or(() -> problem("http-port", settings.http().bindAddress(), self.httpPort()));
  }

  private static Optional<String> problem(String key, String address, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(address, port));
      return Optional.empty();
    } catch (IOException taken) {
      return Optional.of("cannot listen on %s:%d (%s): %s; does this host run already?"
          .formatted(address, port, key, taken.getMessage()));
    }
  }
}
