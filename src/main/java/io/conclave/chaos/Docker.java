package io.conclave.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The program {@code docker}. Containers are named by their full ids, so that nothing else is ever meant. */
final class Docker {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration COMPOSE_LIMIT = Duration.ofMinutes(10);

  private final Programs programs;
  private final List<String> compose;

  private Docker(Programs programs, List<String> compose) {
    this.programs = programs;
    this.compose = compose;
  }

  /**
   * Looks for the programs.
   *
   * @param directory of the compose file
   * @param environment the variables of the compose file that are not in {@code .env}
   * @throws ChaosException when there is no {@code docker compose} and no {@code docker-compose}
   */
  static Docker in(Path directory, Map<String, String> environment)
      throws ChaosException, InterruptedException {
    Programs programs = new Programs(directory, environment);
    for (List<String> compose : List.of(List.of("docker", "compose"), List.of("docker-compose"))) {
      if (exists(programs, compose)) {
        return new Docker(programs, compose);
      }
    }
    throw new ChaosException("needs 'docker compose' or 'docker-compose', and finds neither");
  }

  private static boolean exists(Programs programs, List<String> compose)
      throws InterruptedException {
    List<String> version = new ArrayList<>(compose);
    version.add("version");
    try {
      return programs.attempt(LIMIT, Optional.empty(), version).code() == 0;
    } catch (ChaosException none) {
      return false;
    }
  }

  /** Calls {@code docker}. */
  String docker(String... arguments) throws ChaosException, InterruptedException {
    return docker(List.of(arguments));
  }

  /** Calls {@code docker}. */
  String docker(List<String> arguments) throws ChaosException, InterruptedException {
    return programs.call(LIMIT, command(List.of("docker"), arguments));
  }

  /** Calls {@code docker VERB… ID ID …} once for all of them. */
  void each(List<Service> services, String... verb) throws ChaosException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of(verb));
    services.forEach(service -> arguments.add(service.id()));
    docker(arguments);
  }

  /** Runs a shell script as root inside of a container. */
  String inside(Service service, String script, String... arguments)
      throws ChaosException, InterruptedException {
    List<String> exec =
        new ArrayList<>(List.of("exec", "-i", "-u", "root", service.id(), "sh", "-s", "--"));
    exec.addAll(List.of(arguments));
    return programs.call(LIMIT, Optional.of(script), command(List.of("docker"), exec));
  }

  /** Copies a file out of a container, which need not run. */
  void copy(Service service, String path, Path target) throws ChaosException, InterruptedException {
    docker("cp", service.id() + ":" + path, target.toString());
  }

  /** Calls compose for a project. */
  String compose(String project, List<String> arguments)
      throws ChaosException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("-p", project));
    all.addAll(arguments);
    return programs.call(COMPOSE_LIMIT, command(compose, all));
  }

  /** Calls another program of the repository. */
  String program(List<String> command) throws ChaosException, InterruptedException {
    return programs.call(COMPOSE_LIMIT, command);
  }

  private static List<String> command(List<String> program, List<String> arguments) {
    List<String> command = new ArrayList<>(program);
    command.addAll(arguments);
    return command;
  }
}
