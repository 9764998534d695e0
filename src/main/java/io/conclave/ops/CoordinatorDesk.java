package io.conclave.ops;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.receptionist.Receptionist;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.pattern.Patterns;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.Topology;
import io.conclave.core.Wish;
import io.conclave.wire.Topics;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Tells the singleton where an operator wants a group to be coordinated, and waits until it is. */
final class CoordinatorDesk {
  private static final Duration LOOKUP = Duration.ofSeconds(2);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  private final ActorSystem<?> system;
  private final Ops ops;
  private final Duration patience;

  /**
   * @param patience how long the move may take
   */
  CoordinatorDesk(ActorSystem<?> system, Ops ops, Duration patience) {
    this.system = system;
    this.ops = ops;
    this.patience = patience;
  }

  /** 200 done, 409 not done in time, 503 no singleton: try again. */
  CompletionStage<HttpResponse> move(GroupId group, HostId host) {
    long askedMs = Board.nowMs();
    return AskPattern.<Receptionist.Command, Receptionist.Listing>ask(
            system.receptionist(),
            replyTo -> Receptionist.find(Topics.WISHES, replyTo),
            LOOKUP,
            system.scheduler())
        .thenCompose(listing -> {
          if (listing.getServiceInstances(Topics.WISHES).isEmpty()) {
            return CompletableFuture.completedStage(Json.failure(
                StatusCodes.SERVICE_UNAVAILABLE,
                "nobody appoints coordinators at the moment; try again in some seconds"));
          }
          for (ActorRef<Wish> singleton : listing.getServiceInstances(Topics.WISHES)) {
            singleton.tell(new Wish(group, host));
          }
          return awaitMove(group, host, askedMs);
        });
  }

  private CompletionStage<HttpResponse> awaitMove(GroupId group, HostId host, long askedMs) {
    return AskPattern.ask(ops.board(), Board.GetBoard::new, LOOKUP, system.scheduler())
        .thenCompose(board -> {
          Optional<Heard<Topology>> heard = board.topology(group);
          long durationMs = Board.nowMs() - askedMs;
          boolean moved = heard
              .filter(each -> each.word().coordinator().equals(host))
              .filter(each -> !ops.views().isSilent(each, Board.nowMs()))
              .isPresent();
          if (moved) {
            return CompletableFuture.completedStage(
                Json.ok(new View.Moved("done", host.value(), durationMs)));
          }
          if (durationMs >= patience.toMillis()) {
            return CompletableFuture.completedStage(notMoved(host, heard));
          }
          return Patterns.after(
              LOOK_AGAIN, Adapter.toClassic(system), () -> awaitMove(group, host, askedMs));
        });
  }

  private HttpResponse notMoved(HostId host, Optional<Heard<Topology>> heard) {
    String now =
        heard.map(each -> "it is at " + each.word().coordinator()).orElse("none is known here");
    return Json.response(
        StatusCodes.CONFLICT,
        new View.NotDone(
            "refused",
            "the coordinator has not moved to %s within %d s (%s): is that sentinel alive, and the group at rest?"
                .formatted(host, patience.toSeconds(), now)));
  }
}
