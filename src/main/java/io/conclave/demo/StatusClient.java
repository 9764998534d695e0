package io.conclave.demo;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.conclave.cli.StatusView;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The HTTP interface of the hosts. */
public final class StatusClient {
  private static final Duration STATUS_TIMEOUT = Duration.ofSeconds(1);
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
    return status(URI.create(host.url()));
  }

  /** The same of the host with this HTTP interface. */
  public StatusView status(URI host) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(host + "/conclave/groups"))
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

  /** Asks for a switchover to any node, for which clients of the edges wait this long at most. */
  public CompletableFuture<HttpResponse<String>> switchover(DemoHost host, Duration budget) {
    return switchover(host, Map.of("budget", budget.toMillis() + "ms"));
  }

  /** Asks for the coordinator of the group to move to this sentinel; the answer comes when it is there. */
  public CompletableFuture<HttpResponse<String>> moveCoordinator(DemoHost host, String sentinel) {
    return post(host, "coordinator", Map.of("host", sentinel));
  }

  /**
   * The host of the cell's singleton: the oldest sentinel.
   *
   * @param host is asked
   * @param all where it can be
   * @throws IOException when the host does not answer, or names none of these
   */
  public DemoHost singleton(DemoHost host, List<DemoHost> all)
      throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(host.url() + "/cluster/members"))
        .timeout(STATUS_TIMEOUT)
        .build();
    HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    String oldest =
        JSON.readTree(response.body()).path("oldestPerRole").path("sentinel").asText();
    return all.stream()
        .filter(each -> oldest.endsWith(":" + each.akkaPort()))
        .findFirst()
        .orElseThrow(
            () -> new IOException("%s answered %d: its oldest sentinel is '%s', none of the demo's"
                .formatted(request.uri(), response.statusCode(), oldest)));
  }

  private CompletableFuture<HttpResponse<String>> switchover(
      DemoHost host, Map<String, String> body) {
    return post(host, "switchover", body);
  }

  private CompletableFuture<HttpResponse<String>> post(
      DemoHost host, String what, Map<String, String> body) {
    return post(URI.create(host.url()), what, body);
  }

  /**
   * Gives an order about the group; the answer comes when it is over.
   *
   * @param what {@code switchover} or {@code coordinator}
   */
  public CompletableFuture<HttpResponse<String>> post(
      URI host, String what, Map<String, String> body) {
    URI uri = URI.create(host + "/conclave/groups/" + DemoFiles.GROUP + "/" + what);
    HttpRequest request = HttpRequest.newBuilder(uri)
        .timeout(SWITCHOVER_TIMEOUT)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(JSON.valueToTree(body).toString()))
        .build();
    return http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }
}
