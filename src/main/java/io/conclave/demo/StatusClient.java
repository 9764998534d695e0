package io.conclave.demo;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.conclave.cli.StatusView;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The HTTP interface of the hosts. */
public final class StatusClient {
  private static final Duration STATUS_TIMEOUT = Duration.ofMillis(1000);
  private static final Duration SWITCHOVER_TIMEOUT = Duration.ofSeconds(60);

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final HttpClient http = HttpClient.newBuilder()
      .version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(Duration.ofMillis(500))
      .build();

  /**
   * What a host says of its groups.
   *
   * @throws IOException when it does not answer within a second, or with an error
   */
  public StatusView status(DemoHost host) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(host.url() + "/conclave/groups"))
        .timeout(STATUS_TIMEOUT)
        .build();
    HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    if (response.statusCode() != 200) {
      throw new IOException(request.uri() + " answered " + response.statusCode());
    }
    return StatusView.parse(response.body());
  }

  /** Asks for a switchover to any node; the answer comes when it is over. */
  public CompletableFuture<HttpResponse<String>> switchover(DemoHost host) {
    return switchover(host, Map.of());
  }

  /** Asks for a switchover to this node; the answer comes when it is over. */
  public CompletableFuture<HttpResponse<String>> switchover(DemoHost host, String target) {
    return switchover(host, Map.of("target", target));
  }

  private CompletableFuture<HttpResponse<String>> switchover(
      DemoHost host, Map<String, String> body) {
    URI uri = URI.create(host.url() + "/conclave/groups/" + DemoFiles.GROUP + "/switchover");
    HttpRequest request = HttpRequest.newBuilder(uri)
        .timeout(SWITCHOVER_TIMEOUT)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(JSON.valueToTree(body).toString()))
        .build();
    return http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }
}
