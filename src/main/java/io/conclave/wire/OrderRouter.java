package io.conclave.wire;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.conclave.core.NodeId;
import io.conclave.core.Order;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Takes orders and passes each on to the agent of its node. */
public final class OrderRouter {
  private OrderRouter() {}

  /**
   * @param nodes every node that orders can be about
   */
  public static Behavior<Order> create(Collection<NodeId> nodes) {
    return Behaviors.setup(context -> {
      Map<NodeId, ActorRef<Order>> agents = nodes.stream()
          .collect(Collectors.toMap(
              Function.identity(),
              node -> context.spawn(
                  Broadcast.create(Topics.ordersFor(node), Order.class), node.value())));
      return Behaviors.receive(Order.class)
          .onAnyMessage(order -> {
            agents.get(order.node()).tell(order);
            return Behaviors.same();
          })
          .build();
    });
  }
}
