package io.conclave.core;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
    if (these.size() < majority()) {
      return false;
    }
    List<Seat> present =
        seats.stream().filter(seat -> these.contains(seat.sentinel())).toList();
    return present.size() >= majority() && regions(present) > regions(seats) / 2;
  }

  private static int regions(List<Seat> seats) {
    Set<Region> regions = new HashSet<>();
    for (Seat seat : seats) {
      regions.add(seat.region());
    }
    return regions.size();
  }
}
