package io.conclave.simulator.exhaustive;

import java.util.Arrays;

/** A state of the world: numbers of its parts in their {@link Pool}s. Parts change in a copy. */
final class State {
  static final int NODES = 3;
  private static final int SEATS = 3;
  private static final int REPLICAS = 5;
  private static final int ORDERS = 6;
  private static final int LEDGER = 7;
  private static final int SPENT = 8;
  static final int PARTS = 9;

  private final Pools pools;
  final int[] parts;

  State(Pools pools, int[] parts) {
    this.pools = pools;
    this.parts = parts;
  }

  State copy() {
    return new State(pools, Arrays.copyOf(parts, PARTS));
  }

  Pools pools() {
    return pools;
  }

  Node node(int index) {
    return pools.nodes.value(parts[index]);
  }

  int nodeNumber(int index) {
    return parts[index];
  }

  void node(int index, Node node) {
    parts[index] = pools.nodes.number(node);
  }

  Seat seat(int index) {
    return pools.seats.value(parts[SEATS + index]);
  }

  int seatNumber(int index) {
    return parts[SEATS + index];
  }

  void seat(int index, Seat seat) {
    parts[SEATS + index] = pools.seats.number(seat);
  }

  Replicas replicas() {
    return pools.replicas.value(parts[REPLICAS]);
  }

  void replicas(Replicas replicas) {
    parts[REPLICAS] = pools.replicas.number(replicas);
  }

  /** Numbers of the orders that may still be obeyed, ascending. */
  java.util.List<Integer> orders() {
    return pools.orderSets.value(parts[ORDERS]);
  }

  void orders(java.util.List<Integer> orders) {
    parts[ORDERS] = pools.orderSets.number(orders);
  }

  Ledger ledger() {
    return pools.ledgers.value(parts[LEDGER]);
  }

  void ledger(Ledger ledger) {
    parts[LEDGER] = pools.ledgers.number(ledger);
  }

  Spent spent() {
    return pools.spent.value(parts[SPENT]);
  }

  void spent(Spent spent) {
    parts[SPENT] = pools.spent.number(spent);
  }
}
