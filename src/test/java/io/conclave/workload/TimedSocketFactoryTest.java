package io.conclave.workload;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimedSocketFactoryTest {
  @Test
  void aServerThatAcceptsAndNeverAnswersHoldsNobodyUp() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket frozen = new ServerSocket(0, 10, loopback)) {
      String url =
          "jdbc:postgresql://%s:%d/app".formatted(loopback.getHostAddress(), frozen.getLocalPort());
      Connections connections = new Connections(
          WorkloadOptions.of(url, new Credentials("app", "secret"), Duration.ofMinutes(1)));
      Endpoint server = new Endpoint(loopback.getHostAddress(), frozen.getLocalPort());
      SQLException refused = assertTimeoutPreemptively(
          Duration.ofSeconds(30),
          () -> assertThrows(SQLException.class, () -> connections.direct(server, 100, 1000)));
      assertTrue(refused.getSQLState().startsWith("08"), refused.toString());
    }
  }
}
