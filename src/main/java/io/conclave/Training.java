package io.conclave;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.ddata.typed.javadsl.DistributedData;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import akka.management.javadsl.AkkaManagement;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.conclave.cli.ExitCodes;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.postgresql.Driver;

/**
 * Forms a cluster of one on ports that the system chooses, and ends it. The classes loaded on the way go into the
 * class-data archive, from which every later JVM of this build starts faster and smaller.
 */
final class Training {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final String SETTINGS = """
      akka {
        loglevel = WARNING
        actor.provider = cluster
        remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
        cluster { roles = [sentinel], jmx.multi-mbeans-in-same-jvm = on }
        coordinated-shutdown.exit-jvm = off
        management.http { hostname = "127.0.0.1", bind-hostname = "127.0.0.1", port = 0, bind-port = 0 }
      }
      """;

  private Training() {}

  static int run() {
    loadOwnClasses();
    Config config = ConfigFactory.parseString(SETTINGS).withFallback(ConfigFactory.load());
    ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "training", config);
    try {
      Cluster cluster = Cluster.get(system);
      cluster.manager().tell(Join.create(cluster.selfMember().address()));
      DistributedData.get(system);
      AkkaManagement.get(system)
          .start()
          .toCompletableFuture()
          .get(BOUND.toMillis(), TimeUnit.MILLISECONDS);
      return Driver.isRegistered() ? ExitCodes.DONE : ExitCodes.FAILED;
    } catch (java.util.concurrent.ExecutionException | TimeoutException failed) {
      throw new IllegalStateException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return ExitCodes.FAILED;
    } finally {
      system.terminate();
      awaitEnd(system);
    }
  }

  /** A failover runs rarely and must not pay for class loading then. */
  private static void loadOwnClasses() {
    Path jar = Path.of(URI.create(
        Training.class.getProtectionDomain().getCodeSource().getLocation().toString()));
    if (!Files.isRegularFile(jar)) {
      return;
    }
    try (JarFile file = new JarFile(jar.toFile())) {
      for (JarEntry entry : Collections.list(file.entries())) {
        if (entry.getName().startsWith("io/conclave/") && entry.getName().endsWith(".class")) {
          String name = entry.getName().replace('/', '.');
          Class.forName(name.substring(0, name.length() - ".class".length()));
        }
      }
    } catch (IOException | ClassNotFoundException e) {
      throw new IllegalStateException("cannot load the classes of " + jar, e);
    }
  }

  private static void awaitEnd(ActorSystem<Void> system) {
    try {
      system.getWhenTerminated().toCompletableFuture().get(BOUND.toMillis(), TimeUnit.MILLISECONDS);
    } catch (java.util.concurrent.ExecutionException | TimeoutException failed) {
      throw new IllegalStateException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
