package io.conclave.simulator.exhaustive;

import io.conclave.core.NodeReport;
import io.conclave.core.Order;
import java.util.List;

/** The parts that were met so far. */
final class Pools {
  final Pool<Node> nodes = new Pool<>();
  final Pool<Seat> seats = new Pool<>();
  final Pool<Replicas> replicas = new Pool<>();
  final Pool<Order> orders = new Pool<>();
  final Pool<List<Integer>> orderSets = new Pool<>();
  final Pool<Ledger> ledgers = new Pool<>();
  final Pool<Spent> spent = new Pool<>();
  final Pool<NodeReport> reports = new Pool<>();
}
