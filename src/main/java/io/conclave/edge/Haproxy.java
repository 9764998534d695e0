package io.conclave.edge;

import io.conclave.core.GroupId;
import io.conclave.core.edge.Backends;
import io.conclave.core.edge.Commands;
import io.conclave.core.edge.Plan;
import io.conclave.core.edge.Servers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts plans of one group in force in HAProxy. Used by one thread. */
final class Haproxy {
  private static final Logger log = LoggerFactory.getLogger(Haproxy.class);

  private final GroupId group;
  private final HaproxySocket socket;
  private Optional<Plan> inForce = Optional.empty();
  private long process;

  Haproxy(GroupId group, HaproxySocket socket) {
    this.group = group;
    this.socket = socket;
  }

  /**
   * Looks what is in force, and gives the commands that are needed; after a restart of HAProxy all of them.
   *
   * @throws IOException with a sentence, when the plan is not in force
   */
  void apply(Plan plan) throws IOException {
    String shown = socket.ask(List.of(
        "show info",
        "show servers state " + Backends.writes(group),
        "show servers state " + Backends.reads(group)));
    Servers servers = Servers.parse(shown)
        .orElseThrow(() -> new IOException(
            "HAProxy shows no servers of group %s: %s".formatted(group, shown.strip())));
    if (servers.process() != process) {
      inForce = Optional.empty();
    }
    List<String> commands = new ArrayList<>(Commands.of(group, plan, inForce, servers));
    if (!commands.isEmpty()) {
      boolean news = inForce.filter(plan::equals).isEmpty();
      // Until it has answered, any of them may be in force or not.
      inForce = Optional.empty();
      String answer = socket.ask(commands).strip();
      if (!answer.isEmpty()) {
        throw new IOException("HAProxy refuses %s: %s".formatted(commands, answer));
      }
      if (news) {
        log.info("{}: HAProxy was told {}", group, commands);
      }
    }
    process = servers.process();
    inForce = Optional.of(plan);
  }
}
