package io.conclave.register;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import akka.cluster.ddata.typed.javadsl.DistributedData;
import akka.cluster.ddata.typed.javadsl.Replicator;
import io.conclave.core.GroupId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** This host's own replica, without a word to the others. The replicator answers once it has loaded its store. */
final class LocalReplica {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ActorSystem<?> system;
  private final ActorRef<Replicator.Command> replicator;

  LocalReplica(ActorSystem<?> system) {
    this.system = system;
    this.replicator = DistributedData.get(system).replicator();
  }

  /** The cells that are there, of these groups. */
  CompletionStage<List<Replica.Entry>> read(Collection<GroupId> groups) {
    return inTurn(groups, this::read)
        .thenApply(found -> found.stream().flatMap(Optional::stream).toList());
  }

  private CompletionStage<Optional<Replica.Entry>> read(GroupId group) {
    RegisterKey key = new RegisterKey(group);
    return AskPattern.<Replicator.Command, Replicator.GetResponse<RegisterCell>>ask(
            replicator,
            replyTo -> new Replicator.Get<>(key, Replicator.readLocal(), replyTo),
            PATIENCE,
            system.scheduler())
        .thenApply(response -> {
          if (response instanceof Replicator.GetSuccess<RegisterCell> success) {
            return Optional.of(new Replica.Entry(group, success.get(key)));
          }
          if (response instanceof Replicator.NotFound) {
            return Optional.empty();
          }
          throw new CompletionException(
              new IllegalStateException("cannot read %s: %s".formatted(key, response)));
        });
  }

  /** Merges the cells into the replica; done when all are on disk. */
  CompletionStage<List<GroupId>> merge(Collection<Replica.Entry> entries) {
    return inTurn(entries, this::merge);
  }

  private CompletionStage<GroupId> merge(Replica.Entry entry) {
    RegisterKey key = new RegisterKey(entry.group());
    return AskPattern.<Replicator.Command, Replicator.UpdateResponse<RegisterCell>>ask(
            replicator,
            replyTo -> new Replicator.Update<>(
                key,
                RegisterCell.EMPTY,
                Replicator.writeLocal(),
                replyTo,
                present -> present.merge(entry.cell())),
            PATIENCE,
            system.scheduler())
        .thenApply(response -> {
          if (response instanceof Replicator.UpdateSuccess) {
            return entry.group();
          }
          throw new CompletionException(
              new IllegalStateException("cannot store %s: %s".formatted(key, response)));
        });
  }

  private static <A, B> CompletionStage<List<B>> inTurn(
      Collection<A> all, Function<A, CompletionStage<B>> step) {
    CompletionStage<List<B>> done = CompletableFuture.completedStage(new ArrayList<>());
    for (A each : all) {
      done = done.thenCompose(results -> step.apply(each).thenApply(result -> {
        results.add(result);
        return results;
      }));
    }
    return done;
  }
}
