package io.conclave.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** The command {@code conclave demo fault KIND}: asks the running demo of this user for a fault. */
public final class DemoFault {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private DemoFault() {}

  /**
   * Asks, and waits until the group is whole again.
   *
   * @return 0 when the fault is over, 1 when it went wrong, 2 when no demo runs
   */
  public static int inject(Fault fault, PrintStream out, PrintStream err)
      throws InterruptedException {
    try {
      Optional<ControlFile> demo = ControlFile.find();
      if (demo.isEmpty()) {
        err.println(
            "conclave demo fault: no demo of this user is running; start one with: conclave demo");
        return 2;
      }
      HttpRequest request = HttpRequest.newBuilder(URI.create(demo.get().control() + "/fault"))
          .timeout(LIMIT)
          .POST(HttpRequest.BodyPublishers.ofString(fault.word()))
          .build();
      HttpResponse<String> response =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
      (response.statusCode() == 200 ? out : err).println(response.body());
      return response.statusCode() == 200 ? 0 : 1;
    } catch (IOException e) {
      err.println("conclave demo fault: the demo does not answer: " + e);
      return 1;
    }
  }
}
