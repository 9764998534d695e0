package io.conclave.postgres;

import io.conclave.core.Gate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** pg_hba.conf for a gate: Conclave's own roles and replication always, clients only while it is open. */
final class HostRules {
  private static final String GATE = "# conclave-gate ";

  private HostRules() {}

  static String render(Gate gate, List<String> clientRules) {
    StringBuilder text = new StringBuilder("# Written by Conclave; changes made here are lost.\n");
    text.append(GATE).append(gate).append('\n');
    text.append("host all %s all scram-sha-256\n".formatted(Passwords.SUPERUSER));
    text.append("host replication %s,%s all scram-sha-256\n"
        .formatted(Passwords.REPLICATION, Passwords.SUPERUSER));
    text.append("host postgres %s all scram-sha-256\n".formatted(Passwords.PROBE));
    if (gate == Gate.OPEN) {
      text.append("host all %s all scram-sha-256\n".formatted(Passwords.EDGE));
      clientRules.forEach(rule -> text.append(rule).append('\n'));
    } else {
      text.append("host all all all reject\n");
    }
    return text.toString();
  }

  static Optional<Gate> parse(String text) {
    return text.lines()
        .filter(line -> line.startsWith(GATE))
        .map(line -> line.substring(GATE.length()).strip())
        .flatMap(word -> Arrays.stream(Gate.values()).filter(gate -> gate.name().equals(word)))
        .findFirst();
  }
}
