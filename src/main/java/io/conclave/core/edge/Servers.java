package io.conclave.core.edge;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What HAProxy shows of its servers: the answer to {@code show info} and to {@code show servers state}.
 *
 * @param process pid of HAProxy; another one has forgotten what it was told
 */
public record Servers(long process, Map<String, State> byName) {
  private static final String PID = "Pid:";
  private static final String HEAD = "# be_id";
  private static final int UP = 2;
  private static final int FORCED_MAINTENANCE = 1;

  /** Health of a server whose last checks were all well: rise + fall - 1. */
  private static final int WELL = 3;

  /** One server. */
  public record State(int operational, int administrative, int health) {}

  public Servers {
    byName = Map.copyOf(byName);
  }

  /** Reads the answers; empty when they are none of HAProxy's. */
  public static Optional<Servers> parse(String answers) {
    Optional<Long> pid = answers
        .lines()
        .filter(line -> line.startsWith(PID))
        .map(line -> Long.parseLong(line.substring(PID.length()).strip()))
        .findFirst();
    Map<String, State> states = new HashMap<>();
    List<String> columns = new ArrayList<>();
    for (String line : answers.lines().toList()) {
      if (line.startsWith(HEAD)) {
        columns.clear();
        columns.addAll(List.of(line.substring(2).split(" ")));
      } else if (!columns.isEmpty() && line.split(" ").length == columns.size()) {
        String[] fields = line.split(" ");
        states.put(
            fields[columns.indexOf("be_name")] + "/" + fields[columns.indexOf("srv_name")],
            new State(
                Integer.parseInt(fields[columns.indexOf("srv_op_state")]),
                Integer.parseInt(fields[columns.indexOf("srv_admin_state")]),
                Integer.parseInt(fields[columns.indexOf("srv_check_health")])));
      }
    }
    return pid.filter(known -> !states.isEmpty()).map(known -> new Servers(known, states));
  }

  boolean inMaintenance(String backend, String server) {
    return state(backend, server)
        .filter(state -> (state.administrative() & FORCED_MAINTENANCE) != 0)
        .isPresent();
  }

  /** Whether it is up and no check has failed lately. */
  boolean isWell(String backend, String server) {
    return state(backend, server)
        .filter(state -> state.operational() == UP && state.health() >= WELL)
        .isPresent();
  }

  private Optional<State> state(String backend, String server) {
    return Optional.ofNullable(byName.get(backend + "/" + server));
  }
}
