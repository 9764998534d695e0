package io.conclave.ops;

import static akka.http.javadsl.server.Directives.complete;

import akka.http.javadsl.model.HttpMethod;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.Allow;
import akka.http.javadsl.server.ExceptionHandler;
import akka.http.javadsl.server.MethodRejection;
import akka.http.javadsl.server.Rejection;
import akka.http.javadsl.server.RejectionHandler;
import akka.http.javadsl.server.Route;
import akka.http.scaladsl.model.IllegalRequestException;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers in JSON to requests that no route takes. */
final class Refusals {
  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

  private Refusals() {}

  static RejectionHandler rejections() {
    return RejectionHandler.newBuilder()
        .handleAll(MethodRejection.class, Refusals::wrongMethod)
        .handle(
            Rejection.class,
            rejection -> complete(Json.failure(StatusCodes.BAD_REQUEST, rejection.toString())))
        .handleNotFound(
            complete(
                Json.failure(
                    StatusCodes.NOT_FOUND,
                    "there are /conclave/groups, /conclave/groups/<group>, /conclave/nodes, /conclave/nodes/<node>, "
                        + "/conclave/votes, /conclave/register, /conclave/decisions, /conclave/decisions/<id>, "
                        + "/conclave/groups/<group>/why-not, /conclave/groups/<group>/what-if and, to POST, /conclave/groups/<group>/switchover")))
        .build();
  }

  static ExceptionHandler exceptions() {
    return ExceptionHandler.newBuilder()
        // A body that is too large, or does not come in time.
        .match(
            IllegalRequestException.class,
            illegal -> complete(Json.failure(illegal.status(), illegal.getMessage())))
        .matchAny(failure -> {
          LOG.error("a request failed", failure);
          return complete(Json.failure(
              StatusCodes.INTERNAL_SERVER_ERROR, "%s; see the log".formatted(failure)));
        })
        .build();
  }

  private static Route wrongMethod(List<MethodRejection> rejections) {
    HttpMethod[] supported =
        rejections.stream().map(MethodRejection::supported).distinct().toArray(HttpMethod[]::new);
    String names =
        List.of(supported).stream().map(HttpMethod::value).collect(Collectors.joining(", "));
    return complete(Json.failure(StatusCodes.METHOD_NOT_ALLOWED, "use " + names)
        .addHeader(Allow.create(supported)));
  }
}
