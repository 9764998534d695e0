package io.conclave.register;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Asks other sentinels for their replicas. */
final class Enquiry {
  /** Of one question; the next one follows at once, so that a host that has just started is soon heard. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final int OK = 200;

  private final String cell;
  private final HttpClient client;

  /**
   * @param cell only replicas of this cell are believed
   */
  Enquiry(String cell, Executor executor) {
    this.cell = cell;
    this.client = HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(PATIENCE)
        .executor(executor)
        .build();
  }

  /** Fails with a reason for people when it does not answer, or is somebody else. */
  CompletionStage<Replica> ask(OtherSentinel other) {
    HttpRequest request =
        HttpRequest.newBuilder(other.register()).timeout(PATIENCE).build();
    return client.sendAsync(request, BodyHandlers.ofString()).thenApply(response -> {
      if (response.statusCode() != OK) {
        throw wrong("it answers with HTTP status " + response.statusCode());
      }
      Replica replica = ReplicaJson.read(response.body());
      if (!replica.host().equals(other.host()) || !replica.cell().equals(cell)) {
        throw wrong("it answers as host %s of cell %s".formatted(replica.host(), replica.cell()));
      }
      return replica;
    });
  }

  private static CompletionException wrong(String reason) {
    return new CompletionException(new IllegalStateException(reason));
  }
}
