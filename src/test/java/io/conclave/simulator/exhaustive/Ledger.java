package io.conclave.simulator.exhaustive;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What the world has promised to clients, and what was proven to hold it.
 *
 * @param writes how many commits clients have sent
 * @param acknowledged which of them were acknowledged, and by a primary of which epoch
 * @param proven the epochs whose row was found on k members, with the primary's WAL at that moment
 * @param held promotions that a majority of the register held at some time
 */
record Ledger(int writes, List<Ack> acknowledged, List<Proven> proven, List<UUID> held) {
  record Ack(int write, long epoch) {}

  record Proven(long epoch, UUID promotion, Wal wal) {}

  Ledger writing() {
    return new Ledger(writes + 1, acknowledged, proven, held);
  }

  boolean isAcknowledged(int write) {
    return acknowledged.stream().anyMatch(ack -> ack.write() == write);
  }

  Ledger acknowledging(int write, long epoch) {
    List<Ack> more = new ArrayList<>(acknowledged);
    more.add(new Ack(write, epoch));
    more.sort(java.util.Comparator.comparingInt(Ack::write));
    return new Ledger(writes, List.copyOf(more), proven, held);
  }

  Ledger proving(long epoch, UUID promotion, Wal wal) {
    if (proven.stream().anyMatch(p -> p.promotion().equals(promotion))) {
      return this;
    }
    List<Proven> more = new ArrayList<>(proven);
    more.add(new Proven(epoch, promotion, wal));
    return new Ledger(writes, acknowledged, List.copyOf(more), held);
  }

  Ledger holding(UUID promotion) {
    if (held.contains(promotion)) {
      return this;
    }
    List<UUID> more = new ArrayList<>(held);
    more.add(promotion);
    more.sort(null);
    return new Ledger(writes, acknowledged, proven, List.copyOf(more));
  }

  /** A commit that was acknowledged in an earlier epoch and is not in the WAL of a node that is promoted. */
  Optional<Ack> missingIn(Wal wal, long epoch) {
    return acknowledged.stream()
        .filter(ack -> ack.epoch() < epoch && !wal.holds(ack.write()))
        .findFirst();
  }

  /** A commit that was acknowledged under an epoch and is not in the WAL of a later one that was proven. */
  Optional<String> loss() {
    for (Ack ack : acknowledged) {
      for (Proven later : proven) {
        if (later.epoch() > ack.epoch() && !later.wal().holds(ack.write())) {
          return Optional.of("v%d, acknowledged in epoch %d, is not in epoch %d: %s"
              .formatted(ack.write(), ack.epoch(), later.epoch(), later.wal()));
        }
      }
    }
    return Optional.empty();
  }
}
