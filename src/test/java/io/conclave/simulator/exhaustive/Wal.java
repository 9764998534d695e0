package io.conclave.simulator.exhaustive;

import io.conclave.core.EpochRow;
import io.conclave.core.Lsn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Write-ahead log as a list of records, each as long as every other; with its hash, because it is compared all the time. */
final class Wal {
  /** One record of WAL. */
  sealed interface Entry {
    /** A client's commit. */
    record Write(int id) implements Entry {}

    /** The commit of an epoch row. */
    record Row(EpochRow row) implements Entry {}

    /** The commit of a barrier row. */
    record Barrier(UUID id) implements Entry {}

    /** Filled up, so that an epoch row lies beyond what others have. */
    record Padding() implements Entry {}
  }

  static final Wal EMPTY = new Wal(List.of());
  private static final long RECORD_BYTES = 10;

  private final List<Entry> entries;
  private final int hash;

  private Wal(List<Entry> entries) {
    this.entries = entries;
    this.hash = entries.hashCode();
  }

  int length() {
    return entries.size();
  }

  static Lsn lsn(int length) {
    return new Lsn(length * RECORD_BYTES);
  }

  /** How many records end at or before this position. */
  static int records(Lsn position) {
    return (int) (position.bytes() / RECORD_BYTES);
  }

  Lsn end() {
    return lsn(length());
  }

  Entry at(int index) {
    return entries.get(index);
  }

  Wal with(Entry entry) {
    List<Entry> longer = new ArrayList<>(entries);
    longer.add(entry);
    return new Wal(List.copyOf(longer));
  }

  Wal upTo(int length) {
    return length >= entries.size() ? this : new Wal(List.copyOf(entries.subList(0, length)));
  }

  boolean isPrefixOf(Wal other) {
    return length() <= other.length()
        && (length() == 0
            || (entries.get(length() - 1).equals(other.entries.get(length() - 1))
                && entries.equals(other.entries.subList(0, length()))));
  }

  boolean holds(int write) {
    return entries.contains(new Entry.Write(write));
  }

  /** Epoch rows, oldest first. */
  List<EpochRow> history() {
    List<EpochRow> rows = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry instanceof Entry.Row row) {
        rows.add(row.row());
      }
    }
    return rows;
  }

  Optional<UUID> barrier() {
    Optional<UUID> newest = Optional.empty();
    for (Entry entry : entries) {
      if (entry instanceof Entry.Barrier barrier) {
        newest = Optional.of(barrier.id());
      }
    }
    return newest;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Wal wal && hash == wal.hash && entries.equals(wal.entries));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("[");
    for (Entry entry : entries) {
      text.append(text.length() > 1 ? " " : "").append(name(entry));
    }
    return text.append("]").toString();
  }

  private static String name(Entry entry) {
    if (entry instanceof Entry.Write write) {
      return "v" + write.id();
    }
    if (entry instanceof Entry.Row row) {
      return "e" + row.row().epoch();
    }
    return entry instanceof Entry.Barrier ? "b" : "-";
  }
}
