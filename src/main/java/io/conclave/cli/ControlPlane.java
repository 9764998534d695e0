package io.conclave.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The HTTP interfaces of a cell: whichever host answers first speaks for all. */
final class ControlPlane {
  /** What a host said. */
  record Answer(int status, JsonNode body) {}

  private static final Duration CONNECT = Duration.ofSeconds(1);
  private static final Duration READ = Duration.ofSeconds(3);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<URI> hosts;
  private final HttpClient client = HttpClient.newBuilder()
      .version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(CONNECT)
      .build();

  ControlPlane(List<URI> hosts) {
    this.hosts = List.copyOf(hosts);
  }

  /** Reads from the first host that answers; a frozen one costs its timeout. */
  JsonNode get(String path) {
    List<String> failures = new ArrayList<>();
    for (URI host : hosts) {
      HttpRequest request = HttpRequest.newBuilder(at(host, path)).timeout(READ).build();
      try {
        Answer answer = send(request);
        if (answer.status() == 200) {
          return answer.body();
        }
        failures.add("%s says %d".formatted(host, answer.status()));
      } catch (IOException failed) {
        failures.add("%s: %s".formatted(host, reason(failed)));
      }
    }
    throw new CommandFailure("no host answers: " + String.join("; ", failures));
  }

  /**
   * Reads from the first host that has it: what one does not know (yet), another one may.
   *
   * @throws CommandFailure with the reason that the last host gave, when none has it
   */
  JsonNode find(String path) {
    List<String> failures = new ArrayList<>();
    Optional<Answer> refusal = Optional.empty();
    for (URI host : hosts) {
      try {
        Answer answer =
            send(HttpRequest.newBuilder(at(host, path)).timeout(READ).build());
        if (answer.status() == 200) {
          return answer.body();
        }
        refusal = Optional.of(answer);
      } catch (IOException failed) {
        failures.add("%s: %s".formatted(host, reason(failed)));
      }
    }
    if (refusal.isPresent()) {
      String reason = refusal.get().body().path("reason").asText("");
      throw new CommandFailure(
          reason.isEmpty() ? "the host says " + refusal.get().status() : reason);
    }
    throw new CommandFailure("no host answers: " + String.join("; ", failures));
  }

  /**
   * The name of the group of the cell.
   *
   * @throws IllegalArgumentException when there are several
   */
  String onlyGroup() {
    List<String> groups = new ArrayList<>();
    get("/conclave/groups")
        .path("groups")
        .forEach(each -> groups.add(each.path("group").asText()));
    if (groups.size() != 1) {
      throw new IllegalArgumentException("needs --group, one of " + String.join(", ", groups));
    }
    return groups.get(0);
  }

  /**
   * Gives an order to the first host that takes a connection. Once it is sent it is not sent again elsewhere: the order
   * may have been carried out although its answer is lost.
   */
  Answer post(String path, String body, Duration patience) {
    List<String> failures = new ArrayList<>();
    for (URI host : hosts) {
      HttpRequest request = HttpRequest.newBuilder(at(host, path))
          .timeout(patience)
          .header("Content-Type", body.startsWith("{") ? "application/json" : "text/plain")
          .POST(HttpRequest.BodyPublishers.ofString(body))
          .build();
      try {
        return send(request);
      } catch (ConnectException | HttpConnectTimeoutException notSent) {
        failures.add("%s: %s".formatted(host, reason(notSent)));
      } catch (IOException unknown) {
        throw new CommandFailure(
            "%s took the order and did not answer (%s): see 'conclave status' for what became of it"
                .formatted(host, reason(unknown)));
      }
    }
    throw new CommandFailure("no host answers: " + String.join("; ", failures));
  }

  /** A host's URL may have a path of its own. */
  private static URI at(URI host, String path) {
    return URI.create(host.toString().replaceAll("/+$", "") + path);
  }

  private Answer send(HttpRequest request) throws IOException {
    try {
      var response = client.send(request, BodyHandlers.ofString());
      return new Answer(
          response.statusCode(), parse(request.uri(), response.statusCode(), response.body()));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted");
    }
  }

  /** Errors of the server itself are text: they become a JSON text. */
  private static JsonNode parse(URI uri, int status, String body) throws IOException {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException notJson) {
      if (status == 200) {
        throw new IOException("no JSON from " + uri, notJson);
      }
      return JSON.getNodeFactory().textNode(body);
    }
  }

  private static String reason(IOException failure) {
    return failure instanceof ConnectException
        ? "connection refused"
        : failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }
}
