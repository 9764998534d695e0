package io.conclave.chaos;

import com.fasterxml.jackson.annotation.JsonValue;
import io.conclave.workload.Route;
import java.util.Locale;

/** A way from clients to the primary. */
public enum Channel {
  /** An URL with all nodes. */
  DIRECT(Route.SERVERS),
  HAPROXY(Route.PROXY),
  PGBOUNCER(Route.POOLER);

  private final Route route;

  Channel(Route route) {
    this.route = route;
  }

  Route route() {
    return route;
  }

  /** As scenarios and reports write it. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
