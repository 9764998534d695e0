package io.conclave.wire;

import akka.actor.Address;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.ClusterEvent.CurrentClusterState;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import io.conclave.core.NodeId;
import io.conclave.core.Order;
import io.conclave.core.Task;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Takes orders and passes each on to the agent of its node. An order to rejoin goes to members that are reachable only: a host
 * that has just thawed and is about to be removed begins anew at once, and pg_rewind must not be interrupted: what it leaves
 * has to be cloned. The order is repeated until it is obeyed.
 */
public final class OrderRouter {
  private OrderRouter() {}

  /**
   * @param nodes every node that orders can be about
   */
  public static Behavior<Order> create(Collection<NodeId> nodes) {
    return Behaviors.setup(context -> {
      Cluster cluster = Cluster.get(context.getSystem());
      Map<NodeId, ActorRef<Order>> agents = nodes.stream()
          .collect(Collectors.toMap(
              Function.identity(),
              node -> context.spawn(
                  Broadcast.create(
                      Topics.ordersFor(node),
                      Order.class,
                      (order, agent) -> !(order.task() instanceof Task.Rejoin)
                          || isSettled(cluster, agent.path().address())),
                  node.value())));
      return Behaviors.receive(Order.class)
          .onAnyMessage(order -> {
            agents.get(order.node()).tell(order);
            return Behaviors.same();
          })
          .build();
    });
  }

  private static boolean isSettled(Cluster cluster, Address address) {
    if (address.hasLocalScope()) {
      return true;
    }
    CurrentClusterState state = cluster.state();
    return StreamSupport.stream(state.getMembers().spliterator(), false)
        .filter(member -> member.address().equals(address))
        .anyMatch(member ->
            member.status() == MemberStatus.up() && !state.getUnreachable().contains(member));
  }
}
