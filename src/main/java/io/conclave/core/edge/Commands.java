package io.conclave.core.edge;

import io.conclave.core.GroupId;
import io.conclave.core.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** From what HAProxy shows to what it is told, so that a plan is in force there; nothing when it is already. */
public final class Commands {
  private final GroupId group;
  private final Optional<Plan> before;
  private final Servers servers;
  private final List<String> commands = new ArrayList<>();

  private Commands(GroupId group, Optional<Plan> before, Servers servers) {
    this.group = group;
    this.before = before;
    this.servers = servers;
  }

  /**
   * @param before what was put in force in this very process of HAProxy; empty after its restart, and at first
   * @param servers what it shows
   */
  public static List<String> of(GroupId group, Plan plan, Optional<Plan> before, Servers servers) {
    Commands commands = new Commands(group, before, servers);
    // Out before in: no session may find two primaries, nor any the wrong one.
    commands.tell(plan, false);
    commands.tell(plan, true);
    return List.copyOf(commands.commands);
  }

  private void tell(Plan plan, boolean serving) {
    tell(Backends.writes(group), plan.writes(), before.map(Plan::writes), serving);
    tell(Backends.reads(group), plan.reads(), before.map(Plan::reads), serving);
  }

  private void tell(
      String backend,
      Map<NodeId, Place> places,
      Optional<Map<NodeId, Place>> earlier,
      boolean serving) {
    new TreeMap<>(places).forEach((node, place) -> {
      boolean news = earlier.map(known -> known.get(node)).filter(place::equals).isEmpty();
      if ((place == Place.SERVING) == serving) {
        server(new Server(backend, node.value()), place, news);
      }
    });
  }

  /** A server, as the runtime API names it. */
  record Server(String backend, String name) {
    @Override
    public String toString() {
      return backend + "/" + name;
    }
  }

  private void server(Server server, Place place, boolean news) {
    boolean barred = servers.inMaintenance(server.backend(), server.name());
    switch (place) {
      case SERVING -> {
        if (news || barred) {
          set(server, "state ready");
        }
        // Each time that a check has failed: the checks ask the agent, which may be away while its
        // server serves.
        if (news || barred || !servers.isWell(server.backend(), server.name())) {
          set(server, "health up");
        }
      }
      case ASIDE -> {
        if (news || barred) {
          set(server, "state ready");
          set(server, "health down");
          endSessions(server);
        }
      }
      case CHECKED -> {
        if (barred) {
          set(server, "state ready");
          set(server, "health down");
        }
      }
      case BARRED -> {
        if (news || !barred) {
          set(server, "state maint");
          endSessions(server);
        }
      }
      case LEFT -> {}
    }
  }

  private void set(Server server, String what) {
    commands.add("set server " + server + " " + what);
  }

  private void endSessions(Server server) {
    commands.add("shutdown sessions server " + server);
  }
}
