package io.conclave.chaos;

import com.fasterxml.jackson.annotation.JsonValue;
import io.conclave.workload.Patience;
import io.conclave.workload.Route;
import java.util.Locale;

/** A way from clients to the primary. */
public enum Channel {
  /** An URL with all nodes. Rounds are rare: the logins of clients that look for a primary would slow down who makes one. */
  DIRECT(Route.SERVERS, Patience.DEFAULT.withRoundMs(100)),
  HAPROXY(Route.PROXY, Patience.HELD),
  PGBOUNCER(Route.POOLER, Patience.HELD);

  private final Route route;
  private final Patience patience;

  Channel(Route route, Patience patience) {
    this.route = route;
    this.patience = patience;
  }

  Route route() {
    return route;
  }

  /** How long its clients wait for an answer. */
  Patience patience() {
    return patience;
  }

  /** As scenarios and reports write it. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
