package io.conclave.chaos;

import io.conclave.workload.Endpoint;
import java.util.List;

/** Where clients of a channel connect to. */
record Way(List<Endpoint> servers, String database) {
  Way {
    servers = List.copyOf(servers);
  }
}
