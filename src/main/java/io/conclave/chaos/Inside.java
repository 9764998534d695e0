package io.conclave.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is done inside of a container, by the script {@code inside.sh}; its verbs are there. */
final class Inside {
  /** Of every database host. */
  static final String DATA = "/var/lib/conclave/data";

  /** How the message of a verb begins that cannot be done there. */
  private static final String REFUSED = "ended with 3: ";

  private static final String RELAY = "/tmp/chaos-delay.pl";

  private final Docker docker;
  private final String script = resource("inside.sh");

  Inside(Docker docker) {
    this.docker = docker;
  }

  private static String resource(String name) {
    try (InputStream in = Inside.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not in the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + name, e);
    }
  }

  /** Runs a verb; the message of its error is its last output. */
  String run(Service service, String... words) throws ChaosException, InterruptedException {
    return shell(service, script, words);
  }

  private String shell(Service service, String text, String... words)
      throws ChaosException, InterruptedException {
    try {
      return docker.inside(service, text, words).strip();
    } catch (ChaosException e) {
      // Of a program that did not end in time nothing is left out.
      String message = e.getMessage();
      int end = Math.max(0, message.lastIndexOf("ended with"));
      throw new ChaosException(
          "%s of %s: %s".formatted(words[0], service.name(), message.substring(end)), e);
    }
  }

  /**
   * Asks a server itself whether it lets a client write. The password goes in with the script: arguments are seen by everybody.
   *
   * @throws ChaosException when it cannot be asked, or says neither
   */
  boolean isWritable(Service service, StackSecrets secrets)
      throws ChaosException, InterruptedException {
    String password = secrets.application().password().replace("'", "'\\''");
    String answer = shell(
        service,
        "export PGPASSWORD='" + password + "'\n" + script,
        "writable",
        service.address(),
        secrets.application().role(),
        secrets.database());
    return answer.equals("yes");
  }

  /** Why a verb that only looks says no; empty when it does not. */
  Optional<String> refusal(Service service, String... words)
      throws ChaosException, InterruptedException {
    try {
      run(service, words);
      return Optional.empty();
    } catch (ChaosException e) {
      int reason = e.getMessage().indexOf(REFUSED);
      if (reason < 0) {
        throw e;
      }
      return Optional.of(e.getMessage().substring(reason + REFUSED.length()));
    }
  }

  /** Cuts a host off from these addresses. */
  void cut(Service service, List<String> addresses) throws ChaosException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("cut"));
    words.addAll(addresses);
    run(service, words.toArray(String[]::new));
  }

  /** Starts the delaying relay in the router; returns when it works. */
  void delay(Service router, Duration by, Waiting waiting)
      throws ChaosException, InterruptedException {
    docker.inside(
        router, "cat >" + RELAY + " <<'END_OF_RELAY'\n" + resource("delay.pl") + "END_OF_RELAY\n");
    docker.docker(
        "exec", "-d", "-u", "root", router.id(), "perl", RELAY, String.valueOf(by.toMillis()));
    waiting.until("the delaying relay", Duration.ofSeconds(10), () -> {
      try {
        run(router, "delayed");
        return Optional.empty();
      } catch (ChaosException notYet) {
        return Optional.of(notYet.getMessage());
      }
    });
  }
}
