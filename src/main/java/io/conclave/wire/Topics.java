package io.conclave.wire;

import akka.actor.typed.receptionist.ServiceKey;
import io.conclave.core.Appointment;
import io.conclave.core.EdgeReport;
import io.conclave.core.GroupStatus;
import io.conclave.core.HostId;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.Order;
import io.conclave.core.Pulse;
import io.conclave.core.Topology;
import io.conclave.core.Vote;
import io.conclave.core.Wish;
import io.conclave.core.decision.DecisionRecord;

/**
 * What is said to whom in a cell. Whoever wants to hear a word listens under its key ({@link Relays}); whoever says it sends it
 * to every host that listens ({@link Broadcast}). So a sentinel and a coordinator hear the same reports, a second coordinator would hear them
 * too, an edge hears what is new in them, and an operator's page one a second.
 */
public final class Topics {
  public static final ServiceKey<NodeReport> REPORTS =
      ServiceKey.create(NodeReport.class, "reports");
  public static final ServiceKey<Vote> VOTES = ServiceKey.create(Vote.class, "votes");
  public static final ServiceKey<Topology> TOPOLOGIES =
      ServiceKey.create(Topology.class, "topologies");
  public static final ServiceKey<GroupStatus> STATUSES =
      ServiceKey.create(GroupStatus.class, "statuses");
  public static final ServiceKey<EdgeReport> EDGES = ServiceKey.create(EdgeReport.class, "edges");
  public static final ServiceKey<Pulse> PULSES = ServiceKey.create(Pulse.class, "pulses");
  public static final ServiceKey<Appointment> APPOINTMENTS =
      ServiceKey.create(Appointment.class, "appointments");

  public static final ServiceKey<DecisionRecord> DECISIONS =
      ServiceKey.create(DecisionRecord.class, "decisions");
  /** Where the singleton takes what operators want. */
  public static final ServiceKey<Wish> WISHES = ServiceKey.create(Wish.class, "wishes");

  private Topics() {}

  /** The agent that carries out orders for one node. */
  public static ServiceKey<Order> ordersFor(NodeId node) {
    return ServiceKey.create(Order.class, "orders-" + node.value());
  }

  /** Where a host takes requests of operators for the groups it coordinates. */
  public static ServiceKey<SwitchoverRequest> requestsAt(HostId host) {
    return ServiceKey.create(SwitchoverRequest.class, "requests-" + host.value());
  }

  /** Where a host says what the groups that it coordinates have before them. */
  public static ServiceKey<OutlookRequest> outlooksAt(HostId host) {
    return ServiceKey.create(OutlookRequest.class, "outlooks-" + host.value());
  }
}
