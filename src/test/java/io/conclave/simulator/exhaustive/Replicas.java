package io.conclave.simulator.exhaustive;

import io.conclave.core.RegisterRecord;
import io.conclave.core.register.Cell;
import io.conclave.core.register.Request;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The register: what each sentinel holds, and what was sent to it and may arrive at any time. Sentinels are alike. */
record Replicas(List<Replica> all) {

  /**
   * @param complete false after its disk was lost, until the others have told it what they hold
   * @param underway updates that would change it
   */
  record Replica(Cell state, boolean complete, List<Request> underway) {
    Replica with(Request update) {
      List<Request> next = new ArrayList<>(underway);
      next.add(update);
      return new Replica(state, complete, next).tidied();
    }

    Replica taking(Request update) {
      return new Replica(update.change(state), complete, underway).tidied();
    }

    /** An update that changes nothing has arrived, for all that anybody can tell. */
    private Replica tidied() {
      List<Request> left = underway.stream()
          .filter(update -> !update.change(state).equals(state))
          .distinct()
          .sorted(Comparator.comparing(Request::toString))
          .toList();
      return new Replica(state, complete, left);
    }

    boolean lacks(Request update) {
      return !update.change(state).equals(state);
    }
  }

  static Replicas holding(Cell state, int count) {
    List<Replica> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(new Replica(state, true, List.of()));
    }
    return new Replicas(all);
  }

  /** More than half. */
  private int majority() {
    return all.size() / 2 + 1;
  }

  Replicas sent(Request update) {
    return of(all.stream().map(replica -> replica.with(update)).toList());
  }

  Replicas with(int index, Replica changed) {
    List<Replica> next = new ArrayList<>(all);
    next.set(index, changed);
    return of(next);
  }

  /** Whether as many have it as the program takes for a majority. */
  boolean hasMajority(Request update, int majority) {
    return all.stream().filter(replica -> !replica.lacks(update)).count() >= majority;
  }

  /** Whether a majority's records contain the promotion. */
  boolean majorityHolds(java.util.UUID promotion) {
    return all.stream()
            .filter(replica -> contains(replica.state().record(), promotion))
            .count()
        >= majority();
  }

  /** The lowest k that any sentinel knows of. */
  int leastRegistered() {
    return all.stream()
        .flatMap(replica -> replica.state().record().established().stream())
        .mapToInt(established -> established.sync().k())
        .min()
        .orElse(0);
  }

  private static boolean contains(RegisterRecord record, java.util.UUID promotion) {
    return record.active().stream().anyMatch(c -> c.promotion().equals(promotion));
  }

  /** Sentinels are alike, so their order says nothing. */
  private static Replicas of(List<Replica> replicas) {
    return new Replicas(
        replicas.stream().sorted(Comparator.comparing(Replica::toString)).toList());
  }
}
