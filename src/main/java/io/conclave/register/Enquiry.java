package io.conclave.register;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Asks other sentinels for their replicas. It uses the port of the cluster, which members reach in any case and which may be
 * protected; the HTTP interface may be open to its own machine alone. Nobody needs to be a member for it.
 */
final class Enquiry {
  /** Of one question; the next one follows at once, so that a host that has just started is soon heard. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final String cell;
  private final ActorSystem<?> system;

  /**
   * @param cell only replicas of this cell are believed
   */
  Enquiry(String cell, ActorSystem<?> system) {
    this.cell = cell;
    this.system = system;
  }

  /** Fails with a reason for people when it does not answer, or is somebody else. */
  CompletionStage<Replica> ask(OtherSentinel other) {
    ActorRef<Admission.Command> admission =
        ActorRefResolver.get(system).resolveActorRef(other.system() + "/user/" + Admission.NAME);
    return AskPattern.<Admission.Command, String>ask(
            admission, Admission.Tell::new, PATIENCE, system.scheduler())
        .thenApply(json -> believed(other, ReplicaJson.read(json)));
  }

  private Replica believed(OtherSentinel other, Replica replica) {
    if (!replica.host().equals(other.host()) || !replica.cell().equals(cell)) {
      throw new CompletionException(new IllegalStateException(
          "it answers as host %s of cell %s".formatted(replica.host(), replica.cell())));
    }
    return replica;
  }
}
