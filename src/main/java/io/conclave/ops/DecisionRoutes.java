package io.conclave.ops;

import static akka.http.javadsl.server.PathMatchers.segment;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.server.AllDirectives;
import akka.http.javadsl.server.Route;
import io.conclave.core.GroupId;
import io.conclave.core.decision.Changes;
import io.conclave.core.decision.DecisionRecord;
import io.conclave.history.History;
import io.conclave.ops.explain.DecisionText;
import io.conclave.ops.explain.Sentence;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What was decided and why, from this host's own history: no coordinator needs to be there. */
final class DecisionRoutes extends AllDirectives {
  private static final Duration HISTORY = Duration.ofSeconds(2);
  private static final int DEFAULT_LIMIT = 20;
  private static final int MAX_LIMIT = 1000;

  private final ActorSystem<Void> system;
  private final Ops ops;

  DecisionRoutes(ActorSystem<Void> system, Ops ops) {
    this.system = system;
    this.ops = ops;
  }

  Route routes() {
    return concat(
        path(
            segment("decisions"),
            () -> get(() -> parameterOptional(
                "group",
                group -> parameterOptional(
                    "limit",
                    limit -> completeWithFuture(
                        records().thenApply(records -> list(records, group, limit))))))),
        path(
            segment("decisions").slash(segment()),
            id -> get(() -> completeWithFuture(records().thenApply(all -> page(all, id))))));
  }

  private CompletionStage<List<DecisionRecord>> records() {
    return AskPattern.ask(ops.history(), History.Tell::new, HISTORY, system.scheduler())
        .thenApply(History.Told::records);
  }

  private HttpResponse list(
      List<DecisionRecord> records, Optional<String> group, Optional<String> limit) {
    Optional<Integer> number = limit.isEmpty() ? Optional.of(DEFAULT_LIMIT) : number(limit.get());
    if (number.isEmpty()) {
      return Json.failure(
          StatusCodes.BAD_REQUEST,
          "limit '%s' must be a number from 1 to %d".formatted(limit.orElse(""), MAX_LIMIT));
    }
    List<String> known = ops.groups().stream().map(each -> each.group().value()).toList();
    if (group.isPresent() && !known.contains(group.get())) {
      return Json.failure(
          StatusCodes.NOT_FOUND,
          "unknown group '%s': it must be one of %s"
              .formatted(group.get(), String.join(", ", known)));
    }
    List<DecisionRecord> newest = records.stream()
        .filter(record ->
            group.map(GroupId::new).filter(g -> !g.equals(record.group())).isEmpty())
        .sorted(DecisionRecord.BY_TIME.reversed())
        .limit(number.get())
        .toList();
    return Json.ok(new View.Decisions(
        ops.self().value(),
        newest.stream().map(DecisionRoutes::line).toList(),
        DecisionText.list(newest)));
  }

  private static Optional<Integer> number(String text) {
    try {
      int number = Integer.parseInt(text);
      return number >= 1 && number <= MAX_LIMIT ? Optional.of(number) : Optional.empty();
    } catch (NumberFormatException wrong) {
      return Optional.empty();
    }
  }

  private static View.DecisionLine line(DecisionRecord record) {
    return new View.DecisionLine(
        record.id(),
        record.group().value(),
        record.decision().epoch(),
        record.decision().getClass().getSimpleName(),
        record.atEpochMs(),
        record.ballot().toString(),
        record.coordinator().value(),
        Sentence.of(record.decision()));
  }

  private HttpResponse page(List<DecisionRecord> records, String id) {
    String wanted = id.toLowerCase(Locale.ROOT);
    List<DecisionRecord> found =
        records.stream().filter(record -> record.id().startsWith(wanted)).toList();
    if (found.size() != 1) {
      return Json.failure(
          StatusCodes.NOT_FOUND,
          found.isEmpty()
              ? "no decision '%s' is known at %s; 'conclave explain' lists the last ones"
                  .formatted(id, ops.self())
              : "'%s' is the begin of %d decisions: write more of it".formatted(id, found.size()));
    }
    DecisionRecord record = found.get(0);
    return Json.ok(new View.DecisionPage(
        ops.self().value(),
        record,
        Changes.storyOf(records, record),
        DecisionText.page(record, records)));
  }
}
