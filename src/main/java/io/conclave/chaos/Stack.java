package io.conclave.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The containers of one compose project: this runner's own, or an operator's. */
final class Stack {
  /** Of the stack that is started when none is named. */
  static final String OWN_PROJECT = "conclave-chaos";

  /** Networks and ports that an operator's stack on the same machine does not have; and a group that is harmed that often must go on. */
  static final Map<String, String> OWN_ENVIRONMENT = Map.of(
      "CONCLAVE_US", "10.72.1",
      "CONCLAVE_EU", "10.72.2",
      "CONCLAVE_AP", "10.72.3",
      "CONCLAVE_PORT_WRITES", "15432",
      "CONCLAVE_PORT_READS", "15433",
      "CONCLAVE_PORT_PGBOUNCER", "16432",
      "CONCLAVE_PORT_STATISTICS", "18404",
      "CONCLAVE_PORT_MANAGEMENT", "18558",
      "CONCLAVE_FAILOVER_LIMIT", "1000");

  private static final String ENVIRONMENT = ".env";
  private static final String DISK = "chaos/disk";
  private static final List<String> FILES =
      List.of("-f", "docker-compose.yml", "-f", "chaos/compose.yml");
  private static final String PROJECT = "com.docker.compose.project";
  private static final String SERVICE = "com.docker.compose.service";
  private static final String ONE_OFF = "com.docker.compose.oneoff";
  private static final String DIRECTORY = "com.docker.compose.project.working_dir";
  /** No other variable is printed: they are passwords. */
  private static final String HOST_VARIABLE =
      "{{range .Config.Env}}{{$pair := split . \"=\"}}{{if eq (index $pair 0) \"CONCLAVE_HOST\"}}"
          + "{{index $pair 1}}{{end}}{{end}}";

  /**
   * What some scenarios need of the host us-db-1.
   *
   * @param smallDisk that its data is on a disk that can be filled
   * @param movableClock that its processes are under libfaketime
   */
  record Extras(boolean smallDisk, boolean movableClock) {
    /** What these scenarios need. */
    static Extras of(List<Scenario> scenarios) {
      List<Deed> deeds = scenarios.stream()
          .flatMap(scenario -> scenario.steps().stream())
          .map(Step::deed)
          .toList();
      return new Extras(
          deeds.stream().anyMatch(Deed.FillDisk.class::isInstance),
          deeds.stream().anyMatch(Deed.JumpClock.class::isInstance));
    }
  }

  /**
   * @param id all 64 digits
   * @param host that its daemon is to be, by its environment; empty where that does not say
   * @param address its first one; empty while it does not run
   * @param health what Docker's check of it says; empty where there is none
   */
  record Container(
      String id, String service, String host, String address, String state, String health) {
    /** Whether it says that it is a host of the cell. */
    boolean isHost() {
      return host.equals(service);
    }

    /** Why it does nothing. Docker's health checks come late: the cell and the load say whether it does its work. */
    Optional<String> missing() {
      return state.equals("running") ? Optional.empty() : Optional.of(service + " is " + state);
    }

    /** The same, where Docker checks it, by that check. */
    Optional<String> unhealthy() {
      boolean well = health.isEmpty() || health.equals("healthy");
      return missing().or(() -> well ? Optional.empty() : Optional.of(service + " is " + health));
    }
  }

  private final Docker docker;
  private final Path home;
  private final String project;
  private final boolean own;
  private final Extras extras;
  private boolean started;

  private Stack(Docker docker, Path home, String project, boolean own, Extras extras) {
    this.docker = docker;
    this.home = home;
    this.project = project;
    this.own = own;
    this.extras = extras;
  }

  /** One that runs already, and is left running. */
  static Stack ofOperator(Docker docker, Path home, String project) {
    return new Stack(docker, home, project, false, new Extras(false, false));
  }

  /**
   * One that is started.
   *
   * @param home directory of the compose file
   */
  static Stack own(Docker docker, Path home, Extras extras) {
    return new Stack(docker, home, OWN_PROJECT, true, extras);
  }

  boolean own() {
    return own;
  }

  String project() {
    return project;
  }

  /** Starts the engine, builds the images and starts the containers, as far as each is needed. */
  void up() throws ChaosException, InterruptedException {
    if (!own) {
      return;
    }
    docker.program(List.of(home.resolve("chaos/engine").toString()));
    if (!ids().isEmpty()) {
      // Of another run, perhaps, which would lose it at the end of this one.
      throw new ChaosException(
          "there is a stack of the compose project '%s' already: use it with --project %s, or remove it: docker-compose -p %s down -v"
              .formatted(project, project, project));
    }
    started = true;
    docker.program(List.of(home.resolve("chaos/build").toString()));
    if (!Files.exists(home.resolve(ENVIRONMENT))) {
      docker.program(List.of(home.resolve("conf/make-env").toString()));
    }
    if (extras.smallDisk()) {
      docker.program(List.of(home.resolve(DISK).toString(), "up"));
    }
    compose("up", "-d", "--no-build");
  }

  private void compose(String... words) throws ChaosException, InterruptedException {
    List<String> arguments = new ArrayList<>(FILES);
    if (extras.smallDisk()) {
      arguments.addAll(List.of("-f", "chaos/disk.yml"));
    }
    if (extras.movableClock()) {
      arguments.addAll(List.of("-f", "chaos/clock.yml"));
    }
    arguments.addAll(List.of(words));
    docker.compose(project, arguments);
  }

  /** Removes the containers, their networks and their data. */
  void down() throws ChaosException, InterruptedException {
    if (own && started) {
      compose("down", "-v", "--timeout", "3");
      if (extras.smallDisk()) {
        docker.program(List.of(home.resolve(DISK).toString(), "down"));
      }
    }
  }

  /** The containers of the project as they are now. */
  List<Container> containers() throws ChaosException, InterruptedException {
    List<String> ids = ids();
    if (ids.isEmpty()) {
      throw new ChaosException(
          "there is no container of the compose project '%s': see 'docker ps' and --project"
              .formatted(project));
    }
    List<String> inspect = new ArrayList<>(List.of(
        "inspect",
        "--format",
        "{{.Id}}|{{index .Config.Labels \"" + SERVICE + "\"}}|{{.State.Status}}|"
            // A container without a check has no such key.
            + "{{with index .State \"Health\"}}{{.Status}}{{end}}|"
            + HOST_VARIABLE
            + "|{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}"));
    inspect.addAll(ids);
    return docker.docker(inspect).lines().map(Stack::parse).toList();
  }

  /** Without those of {@code compose run}, which bear the name of a service and are none. */
  private List<String> ids() throws ChaosException, InterruptedException {
    return docker
        .docker(
            "ps",
            "-a",
            "-q",
            "--no-trunc",
            "--filter",
            "label=" + PROJECT + "=" + project,
            "--filter",
            "label=" + ONE_OFF + "=False")
        .lines()
        .toList();
  }

  /** Reads a line of {@link #containers}. */
  static Container parse(String line) {
    String[] fields = line.split("\\|", -1);
    String address = Stream.of(fields[5].split(" ")).findFirst().orElse("");
    return new Container(fields[0], fields[1], fields[4], address, fields[2], fields[3]);
  }

  /** The first container that is not what it should be. */
  Optional<String> missing(List<Service> services) throws ChaosException, InterruptedException {
    return first(services, Container::missing);
  }

  /** The first container that is not healthy. */
  Optional<String> unhealthy(List<Service> services) throws ChaosException, InterruptedException {
    return first(services, Container::unhealthy);
  }

  private Optional<String> first(
      List<Service> services, Function<Container, Optional<String>> lacks)
      throws ChaosException, InterruptedException {
    List<String> ids = services.stream().map(Service::id).toList();
    return containers().stream()
        .filter(c -> ids.contains(c.id()))
        .flatMap(c -> lacks.apply(c).stream())
        .findFirst();
  }

  /** What {@code .env} beside the compose file says. */
  Map<String, String> environment() throws ChaosException, InterruptedException {
    Path file = directory().resolve(ENVIRONMENT);
    Map<String, String> values = new HashMap<>();
    try (Stream<String> lines = Files.lines(file)) {
      lines
          .filter(line -> !line.startsWith("#") && line.contains("="))
          .forEach(line -> values.put(
              line.substring(0, line.indexOf('=')).trim(),
              line.substring(line.indexOf('=') + 1).trim()));
    } catch (IOException unreadable) {
      throw new ChaosException(
          "%s of project '%s' cannot be read, and has the passwords: %s"
              .formatted(file, project, unreadable.getMessage()),
          unreadable);
    }
    return values;
  }

  private Path directory() throws ChaosException, InterruptedException {
    if (own) {
      return home;
    }
    String id = containers().get(0).id();
    String where = docker
        .docker("inspect", "--format", "{{index .Config.Labels \"" + DIRECTORY + "\"}}", id)
        .strip();
    return where.isEmpty() ? home : Path.of(where);
  }
}
