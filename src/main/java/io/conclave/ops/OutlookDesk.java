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
import io.conclave.core.Topology;
import io.conclave.core.decision.Outlook;
import io.conclave.wire.OutlookRequest;
import io.conclave.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Asks the coordinator of a group what it would do: nobody else knows by what it decides. */
final class OutlookDesk {
  private static final Duration LOOKUP = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final ActorSystem<?> system;
  private final Ops ops;

  OutlookDesk(ActorSystem<?> system, Ops ops) {
    this.system = system;
    this.ops = ops;
  }

  /** 200 with the text, or 503 with what is known without a coordinator. */
  CompletionStage<HttpResponse> ask(
      GroupDefinition group, BoardState board, Function<Outlook, List<String>> text) {
    Optional<Heard<Topology>> heard = board.topology(group.group());
    if (heard.isEmpty()) {
      return CompletableFuture.completedStage(silent(group, "none has been heard here yet"));
    }
    HostId coordinator = heard.get().word().coordinator();
    ServiceKey<OutlookRequest> key = Topics.outlooksAt(coordinator);
    return AskPattern.<Receptionist.Command, Receptionist.Listing>ask(
            system.receptionist(),
            replyTo -> Receptionist.find(key, replyTo),
            LOOKUP,
            system.scheduler())
        .thenCompose(listing -> listing.getServiceInstances(key).stream()
            .findFirst()
            .map(seat -> ask(seat, group, text))
            .orElseGet(() -> CompletableFuture.completedStage(
                silent(group, coordinator + " cannot be reached from here"))))
        .exceptionally(unanswered -> silent(
            group,
            "%s was heard %d ms ago and does not answer"
                .formatted(coordinator, heard.get().ageMs(Board.nowMs()))));
  }

  private CompletionStage<HttpResponse> ask(
      ActorRef<OutlookRequest> seat, GroupDefinition group, Function<Outlook, List<String>> text) {
    return AskPattern.<OutlookRequest, Outlook>ask(
            seat,
            replyTo -> new OutlookRequest(group.group(), replyTo),
            PATIENCE,
            system.scheduler())
        .thenApply(outlook ->
            Json.ok(new View.OutlookPage(ops.self().value(), outlook, text.apply(outlook))));
  }

  private static HttpResponse silent(GroupDefinition group, String why) {
    return Json.failure(
        StatusCodes.SERVICE_UNAVAILABLE,
        "no coordinator of group '%s' answers (%s), and without one there is neither failover nor switchover: runbook coordinator-silent"
            .formatted(group.group(), why));
  }
}
