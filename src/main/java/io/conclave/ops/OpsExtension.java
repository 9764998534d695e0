package io.conclave.ops;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Where the root leaves what the HTTP routes and the readiness check need, because akka-management makes those by class name
 * alone. The root installs it before it starts akka-management.
 */
public final class OpsExtension implements Extension {
  private static final Id ID = new Id();

  private final AtomicReference<Ops> installed = new AtomicReference<>();

  private final AtomicReference<Supplier<CompletionStage<String>>> register =
      new AtomicReference<>();

  private OpsExtension() {}

  /** The one of this actor system. */
  public static OpsExtension get(ActorSystem<?> system) {
    return ID.apply(system);
  }

  /** Sets what the routes serve. */
  public void install(Ops ops) {
    installed.set(ops);
  }

  /**
   * Sets what GET /conclave/register serves: on a sentinel, its replica of the register, as JSON.
   */
  public void serveRegister(Supplier<CompletionStage<String>> json) {
    register.set(json);
  }

  Optional<Supplier<CompletionStage<String>>> register() {
    return Optional.ofNullable(register.get());
  }

  Optional<Ops> ops() {
    return Optional.ofNullable(installed.get());
  }

  private static final class Id extends ExtensionId<OpsExtension> {
    @Override
    public OpsExtension createExtension(ActorSystem<?> system) {
      return new OpsExtension();
    }
  }
}
