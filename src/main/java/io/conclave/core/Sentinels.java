package io.conclave.core;

import java.util.Collection;
import java.util.List;

/** The configured sentinels of a cell: the electorate of every verdict. */
public record Sentinels(List<Seat> seats) {
  public Sentinels {
    seats = List.copyOf(seats);
  }

  /** A sentinel and the region it watches from. */
  public record Seat(HostId sentinel, Region region) {}

  /** How many sentinels make a majority. */
  public int majority() {
    return seats.size() / 2 + 1;
  }

  /** Whether these sentinels are a majority of all configured ones, and cover a majority of their regions. */
  public boolean decide(Collection<HostId> these) {
    List<Seat> present =
        seats.stream().filter(seat -> these.contains(seat.sentinel())).toList();
    long regions = seats.stream().map(Seat::region).distinct().count();
    long covered = present.stream().map(Seat::region).distinct().count();
    return present.size() >= majority() && covered > regions / 2;
  }
}
