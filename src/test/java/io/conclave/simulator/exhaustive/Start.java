package io.conclave.simulator.exhaustive;

import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.EpochRow;
import io.conclave.core.Lsn;
import io.conclave.core.NodeId;
import io.conclave.core.RegisterRecord;
import io.conclave.core.SyncSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** What has happened before a world begins. All that the production cores come to by themselves, in more steps. */
enum Start {
  /** n0 is primary of epoch 1 with S = {n1, n2}. */
  WHOLE(List.of(0), List.of(1, 2), List.of(1, 2)),
  /** The same with S = {n2}. */
  SHRUNK(List.of(0), List.of(2), List.of(2)),
  /** The same: the register has S = {n1, n2} again, the server {n2} still; and the link of n1 is cut once more. */
  GROWN(List.of(0), List.of(1, 2), List.of(2)),
  /** n1 is primary of epoch 2 with S = {n2}; n0 is back as a standby of nobody, with more WAL of epoch 1. */
  FAILED_OVER(List.of(0, 1), List.of(2), List.of(2)),
  /**
   * n1 was primary of epoch 1, lost its place to n2, and won it again, with S = {n2}. n0 was away; it follows n1 as it did
   * before, with more WAL of epoch 1.
   */
  BESIDE(List.of(1, 2, 1), List.of(2), List.of(2)),
  /**
   * As {@link #FAILED_OVER}, but the register knows epoch 2 as begun only: the coordinator that let clients in at n1 is gone
   * before it has written that.
   */
  BEGUN(List.of(0, 1), List.of(2), List.of(2)),
  /**
   * n0 was primary of epoch 1, n1 has acknowledged v1, which n2 lacks; n1 is begun as primary of epoch 2 with S = {n2}, and its
   * coordinator is gone. n0 is back as a standby of nobody, with v1 and more.
   */
  CANDIDATE(List.of(0), List.of(1, 2), List.of(1, 2));

  private static final int STRAY_RECORDS = 3;

  private final List<Integer> primaries;
  private final List<Integer> registered;
  private final List<Integer> inServer;

  /**
   * @param primaries of the epochs, oldest first
   * @param registered S
   * @param inServer whom the primary waits for
   */
  Start(List<Integer> primaries, List<Integer> registered, List<Integer> inServer) {
    this.primaries = primaries;
    this.registered = registered;
    this.inServer = inServer;
  }

  private static NodeId id(int node) {
    return new NodeId("n" + node);
  }

  private static UUID promotion(int epoch) {
    return new UUID(9, epoch - 1);
  }

  private int epoch() {
    return primaries.size();
  }

  /** Whether it runs as a primary. */
  boolean isPrimary(int node) {
    return this != CANDIDATE && node == primary();
  }

  private int primary() {
    return primaries.get(epoch() - 1);
  }

  List<NodeId> inServer() {
    return inServer.stream().map(Start::id).toList();
  }

  /** The newest configuration that has a row, established, or at least begun. */
  Configuration newest() {
    List<NodeId> members = registered.stream().map(Start::id).toList();
    return new Configuration(epoch(), id(primary()), new SyncSet(members, 1), promotion(epoch()));
  }

  /** What the register holds. */
  RegisterRecord record(Ballot ballot) {
    RegisterRecord whole = new RegisterRecord(ballot, 1, Optional.of(newest()), List.of());
    Configuration first =
        new Configuration(1, id(0), new SyncSet(List.of(id(1), id(2)), 1), promotion(1));
    Configuration second =
        new Configuration(2, id(1), new SyncSet(List.of(id(2)), 1), promotion(2));
    return hasCoordinator()
        ? whole
        : new RegisterRecord(ballot, 1, Optional.of(first), List.of(second));
  }

  /** Commits that were acknowledged before. */
  List<Ledger.Ack> acknowledged() {
    return this == CANDIDATE ? List.of(new Ledger.Ack(1, 1)) : List.of();
  }

  /** Whether a coordinator is at rest. */
  boolean hasCoordinator() {
    return this != BEGUN && this != CANDIDATE;
  }

  /** Whether n0 has been away since the first epoch. */
  private boolean isStray(int node) {
    return epoch() > 1 && node == 0;
  }

  boolean isCut(int node) {
    return this == GROWN && node == 1;
  }

  /** Whom a standby follows. */
  Stream<NodeId> upstream(int node) {
    boolean follows = node != primary() && !(this != BESIDE && isStray(node));
    return follows && this != CANDIDATE ? Stream.of(id(primary())) : Stream.empty();
  }

  int timeline(int node) {
    return isStray(node) ? 1 : epoch();
  }

  /** The WAL that every member of the newest configuration with a row has. */
  Wal proven() {
    return wal(2);
  }

  /** One record for each epoch, its row; more of the first on a node that was away. */
  Wal wal(int node) {
    Wal wal = Wal.EMPTY;
    for (int epoch = 1; epoch <= timeline(node); epoch++) {
      NodeId primary = id(primaries.get(epoch - 1));
      Lsn start = Wal.lsn(epoch - 1);
      wal =
          wal.with(new Wal.Entry.Row(new EpochRow(epoch, promotion(epoch), primary, epoch, start)));
    }
    for (int i = 0; isStray(node) && i < STRAY_RECORDS; i++) {
      wal = wal.with(new Wal.Entry.Write(100));
    }
    if (this == CANDIDATE && node < 2) {
      wal = wal.with(new Wal.Entry.Write(1));
    }
    return this == CANDIDATE && node == 0 ? wal.with(new Wal.Entry.Write(100)) : wal;
  }

  /** How far each node has acknowledged to the primary. */
  List<Integer> flushed() {
    List<Integer> flushed = new ArrayList<>();
    for (int node = 0; node < State.NODES; node++) {
      boolean heard = upstream(node).findAny().isPresent();
      flushed.add(heard ? wal(node).length() : 0);
    }
    return List.copyOf(flushed);
  }
}
