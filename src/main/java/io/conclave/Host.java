package io.conclave;

import akka.actor.typed.ActorSystem;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.conclave.agent.DamagedPromiseException;
import io.conclave.agent.NodeAgent;
import io.conclave.cli.ExitCodes;
import io.conclave.core.HostId;
import io.conclave.postgres.PostgresException;
import io.conclave.settings.ConclaveSettings;
import io.conclave.settings.HostSettings;
import io.conclave.settings.Role;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon of one host: an actor system with the roles that the configuration gives it. PostgreSQL runs on when it ends.
 * A host that the cluster has downed (it was frozen or cut off) begins anew as another member.
 */
final class Host {
  private static final Logger log = LoggerFactory.getLogger(Host.class);
  private static final long STOP_SECONDS = 10;

  private final HostSettings self;
  private final HostParts parts;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private volatile ActorSystem<Void> system;

  private Host(ConclaveSettings settings, HostId host) {
    this.self = settings.host(host);
    this.parts = HostParts.of(settings, self);
  }

  /** Runs until SIGTERM or SIGINT; returns an exit code. */
  static int run(ConclaveSettings settings, HostId host) {
    try {
      Host daemon = new Host(settings, host);
      Optional<String> taken = PortCheck.problem(settings, daemon.self);
      if (taken.isPresent()) {
        System.err.println("conclave node: " + taken.get());
        return ExitCodes.FAILED;
      }
      daemon.parts.agents().forEach(NodeAgent::check);
      Thread hook = new Thread(daemon::stop, "stop");
      Runtime.getRuntime().addShutdownHook(hook);
      daemon.runUntilStopped();
      return ExitCodes.DONE;
    } catch (DamagedPromiseException | PostgresException e) {
      System.err.println("conclave node: " + e.getMessage());
      return ExitCodes.FAILED;
    }
  }

  private void runUntilStopped() {
    try {
      while (!stopping.get()) {
        system = ActorSystem.create(Guardian.create(parts), parts.settings().cell(), config());
        system.getWhenTerminated().toCompletableFuture().get();
        if (!stopping.get()) {
          log.warn("{} was downed by the cluster: joining anew", self.host());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the actor system ended with an error", e.getCause());
    }
  }

  private void stop() {
    stopping.set(true);
    ActorSystem<Void> current = system;
    if (current != null) {
      current.terminate();
      try {
        current.getWhenTerminated().toCompletableFuture().get(STOP_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException e) {
        log.warn("{} did not end in order within {} s", self.host(), STOP_SECONDS, e);
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
    own.put("akka.cluster.seed-nodes", seedNodes());
    own.put(
        "akka.cluster.distributed-data.durable.lmdb.dir",
        parts.settings().stateDirectoryOf(self.host()).resolve("register").toString());
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

  /** Sentinels first to last: the first one in the file begins the cell when nobody else has. */
  private List<String> seedNodes() {
    return parts.settings().hosts().stream()
        .filter(host -> host.has(Role.SENTINEL))
        .map(host ->
            "akka://%s@%s:%d".formatted(parts.settings().cell(), host.address(), host.akkaPort()))
        .toList();
  }
}
