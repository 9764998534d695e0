package io.conclave;

import akka.actor.typed.ActorSystem;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.conclave.agent.DamagedPromiseException;
import io.conclave.agent.NodeAgent;
import io.conclave.cli.ExitCodes;
import io.conclave.core.HostId;
import io.conclave.fault.FaultPoints;
import io.conclave.postgres.PostgresException;
import io.conclave.settings.ConclaveSettings;
import io.conclave.settings.HostSettings;
import io.conclave.settings.Role;
import io.conclave.wire.Rehearsal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon of one host: an actor system with the roles that the configuration gives it. PostgreSQL runs on when it ends.
 * A host that the cluster has downed (it was frozen or cut off) begins anew as another member.
 */
final class Host {
  private static final Logger log = LoggerFactory.getLogger(Host.class);
  private static final long STOP_SECONDS = 10;

  /** Only sentinels say who is unreachable (docs/decisions/0019): the others wait for ever, and watch as few as Akka allows. */
  private static final Map<String, Object> BLIND = Map.of(
      "akka.cluster.failure-detector.acceptable-heartbeat-pause",
      "3650 d",
      "akka.cluster.failure-detector.monitored-by-nr-of-members",
      1);

  private final HostSettings self;
  private final HostParts parts;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private volatile ActorSystem<Void> system;

  private Host(ConclaveSettings settings, HostId host) {
    this.self = settings.host(host);
    this.parts = HostParts.of(settings, self);
  }

  /** Runs until SIGTERM or SIGINT, or until it can be of no use; returns an exit code. */
  static int run(ConclaveSettings settings, HostId host) {
    FaultPoints.warning().ifPresent(log::warn);
    try {
      Host daemon = new Host(settings, host);
      Optional<String> problem = PortCheck.problem(settings, daemon.self)
          .or(() -> StateDirectory.prepare(settings.stateDirectoryOf(host)));
      if (problem.isPresent()) {
        System.err.println("conclave node: " + problem.get());
        return ExitCodes.FAILED;
      }
      daemon.parts.agents().forEach(NodeAgent::check);
      Thread hook = new Thread(daemon::stop, "stop");
      Runtime.getRuntime().addShutdownHook(hook);
      return daemon.runUntilStopped();
    } catch (DamagedPromiseException | PostgresException e) {
      System.err.println("conclave node: " + e.getMessage());
      return ExitCodes.FAILED;
    }
  }

  private int runUntilStopped() {
    boolean rehearsed = false;
    try {
      while (!stopping.get()) {
        AtomicReference<String> hopeless = new AtomicReference<>();
        system = ActorSystem.create(
            Guardian.create(parts, hopeless::set), parts.settings().cell(), config());
        if (!rehearsed) {
          rehearsed = true;
          Rehearsal.begin(system);
        }
        system.getWhenTerminated().toCompletableFuture().get();
        if (hopeless.get() != null) {
          System.err.println("conclave node: " + hopeless.get());
          return ExitCodes.FAILED;
        }
        if (!stopping.get()) {
          log.warn("{} is out of the cluster: joining anew", self.host());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the actor system ended with an error", e.getCause());
    }
    return ExitCodes.DONE;
  }

  private void stop() {
    stopping.set(true);
    ActorSystem<Void> current = system;
    if (current != null) {
      current.terminate();
      try {
        current.getWhenTerminated().toCompletableFuture().get(STOP_SECONDS, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        log.warn("{} did not end in order within {} s", self.host(), STOP_SECONDS);
      } catch (ExecutionException e) {
        log.warn("{} did not end in order", self.host(), e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Config config() {
    Map<String, Object> own = new HashMap<>();
    own.put("akka.remote.artery.canonical.hostname", self.address());
    own.put("akka.remote.artery.canonical.port", self.akkaPort());
    own.put(
        "akka.cluster.roles",
        self.roles().stream().map(Role::lowerCase).sorted().toList());
    // Membership joins, when this host may.
    own.put("akka.cluster.seed-nodes", List.of());
    if (!self.has(Role.SENTINEL)) {
      own.putAll(BLIND);
    }
    own.put(
        "akka.cluster.distributed-data.durable.lmdb.dir", parts.registerStore().toString());
    // The hook of this class ends the actor system, and knows that it is the end.
    own.put("akka.coordinated-shutdown.run-by-jvm-shutdown-hook", "off");
    own.put("akka.management.http.hostname", parts.settings().http().bindAddress());
    own.put("akka.management.http.bind-hostname", parts.settings().http().bindAddress());
    own.put("akka.management.http.port", self.httpPort());
    own.put("akka.management.http.bind-port", self.httpPort());
    return ConfigFactory.parseMap(own)
        .withFallback(ConfigFactory.parseResourcesAnySyntax("conclave-akka.conf"))
        .withFallback(ConfigFactory.defaultReferenceUnresolved())
        .resolve();
  }
}
