package io.conclave.ops;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import io.conclave.core.GroupDefinition;
import io.conclave.core.HostId;
import io.conclave.core.NodeId;
import io.conclave.core.SwitchoverReply;
import io.conclave.core.Topology;
import io.conclave.wire.SwitchoverRequest;
import io.conclave.wire.Topics;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/** Passes an operator's request on to the coordinator of the group, wherever it is, and waits for the end of it. */
final class SwitchoverDesk {
  private static final Duration LOOKUP = Duration.ofSeconds(2);

  private final ActorSystem<?> system;
  private final Views views;
  private final Duration patience;
  private final Duration usualBudget;

  /**
   * @param patience how long the coordinator may take
   * @param usualBudget how long the clients of the edges may wait when the operator does not say it
   */
  SwitchoverDesk(ActorSystem<?> system, Views views, Duration patience, Duration usualBudget) {
    this.system = system;
    this.views = views;
    this.patience = patience;
    this.usualBudget = usualBudget;
  }

  /** 200 done, 409 refused, 503 no coordinator, 504 no answer: the end is unknown. */
  CompletionStage<HttpResponse> switchOver(
      GroupDefinition group, Optional<NodeId> target, Optional<Duration> budget, BoardState board) {
    Optional<Heard<Topology>> heard = board.topology(group.group());
    if (heard.isEmpty()) {
      return noCoordinator(
          "no coordinator of group '%s' is known here yet".formatted(group.group()));
    }
    HostId coordinator = heard.get().word().coordinator();
    if (views.isSilent(heard.get(), Board.nowMs())) {
      return noCoordinator(
          "the coordinator of group '%s', at %s, is silent; try again when another has taken over"
              .formatted(group.group(), coordinator));
    }
    ServiceKey<SwitchoverRequest> key = Topics.requestsAt(coordinator);
    return AskPattern.<Receptionist.Command, Receptionist.Listing>ask(
            system.receptionist(),
            replyTo -> Receptionist.find(key, replyTo),
            LOOKUP,
            system.scheduler())
        .thenCompose(listing -> listing.getServiceInstances(key).stream()
            .findFirst()
            .map(seat -> ask(seat, group, target, budget))
            .orElseGet(() ->
                noCoordinator("the coordinator of group '%s', at %s, cannot be reached from here"
                    .formatted(group.group(), coordinator))));
  }

  private CompletionStage<HttpResponse> ask(
      ActorRef<SwitchoverRequest> seat,
      GroupDefinition group,
      Optional<NodeId> target,
      Optional<Duration> budget) {
    long askedMs = Board.nowMs();
    Duration limit = patience.plus(budget.orElse(Duration.ZERO));
    return AskPattern.<SwitchoverRequest, SwitchoverReply>ask(
            seat,
            replyTo -> new SwitchoverRequest(
                group.group(), target, budget.map(Duration::toMillis), replyTo),
            limit,
            system.scheduler())
        .thenApply(reply ->
            answered(reply, Board.nowMs() - askedMs, budget.orElse(usualBudget).toMillis()))
        .exceptionally(failure -> unanswered(failure, limit));
  }

  private static HttpResponse answered(SwitchoverReply reply, long durationMs, long budgetMs) {
    if (reply instanceof SwitchoverReply.Done done) {
      return Json.ok(new View.Done(
          "done",
          done.from().value(),
          done.to().value(),
          done.epoch(),
          durationMs,
          done.pause().map(pause -> pause(pause, budgetMs))));
    }
    String reason = ((SwitchoverReply.Refused) reply).reason();
    return Json.response(StatusCodes.CONFLICT, new View.NotDone("refused", reason));
  }

  private static HttpResponse unanswered(Throwable failure, Duration limit) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (!(cause instanceof TimeoutException)) {
      throw new CompletionException(cause);
    }
    return Json.response(
        StatusCodes.GATEWAY_TIMEOUT,
        new View.NotDone(
            "unknown",
            "the coordinator has not answered for %d s: look at the group before you ask again"
                .formatted(limit.toSeconds())));
  }

  private static View.Pause pause(SwitchoverReply.Pause pause, long budgetMs) {
    return new View.Pause(
        pause.edges().stream().map(HostId::value).toList(),
        pause.drainedMs(),
        pause.heldMs(),
        budgetMs);
  }

  private static CompletionStage<HttpResponse> noCoordinator(String reason) {
    return CompletableFuture.completedStage(Json.failure(StatusCodes.SERVICE_UNAVAILABLE, reason));
  }
}
