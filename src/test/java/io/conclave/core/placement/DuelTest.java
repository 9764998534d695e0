package io.conclave.core.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.Ballot;
import io.conclave.core.HostId;
import io.conclave.core.Pulse;
import io.conclave.core.Sentinels;
import io.conclave.core.Topology;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sentinels that hear each other or do not, with coordinators that claim and are outbid, but without any data: a healthy
 * coordinator is never disturbed, a lost one is replaced soon, and no two outbid each other for ever. Every history is drawn
 * from a seed.
 */
@Tag("search")
class DuelTest {
  private static final long SUSPICION = 1000;
  private static final long STALL = 250;
  private static final long CLAIM_MS = 300;
  private static final long STEP = 50;

  static java.util.stream.IntStream seeds() {
    return java.util.stream.IntStream.range(0, 100);
  }

  /** A word that arrives later. */
  private record Flying(long atMs, int order, int to, Object word) {}

  /** One host: its hearing, its deputies, and perhaps a coordinator. */
  private static final class Host {
    final HostId self;
    final Deputies.Rules rules;
    Hearing hearing = Hearing.begin(0);
    Deputies deputies = Deputies.begin(0);
    boolean down;
    Optional<Ballot> held = Optional.empty();
    Optional<Long> claimedAtMs = Optional.empty();

    Host(Deputies.Rules rules) {
      this.self = rules.self();
      this.rules = rules;
    }

    boolean coordinates() {
      return held.isPresent() || claimedAtMs.isPresent();
    }
  }

  /** All hosts, the register as one number, and the network. */
  private static final class Cell {
    final Random dice;
    final List<Host> hosts = new ArrayList<>();
    final Map<String, Boolean> cut = new TreeMap<>();
    final PriorityQueue<Flying> flying = new PriorityQueue<>(
        (a, b) -> a.atMs() != b.atMs() ? Long.compare(a.atMs(), b.atMs()) : a.order() - b.order());
    Ballot highest = Ballot.NONE;
    long nowMs;
    int sent;
    int begun;

    Cell(Random dice, int size) {
      this.dice = dice;
      List<String> names = List.of("us", "eu", "ap", "af", "sa").subList(0, size);
      Sentinels sentinels = DeputiesTest.sentinels(names);
      names.forEach(name -> hosts.add(new Host(
          new Deputies.Rules(DeputiesTest.group(names), sentinels, new HostId(name), SUSPICION))));
    }

    /** Another coordinator than a deputy: the singleton's. */
    void appoint(int index) {
      hosts.get(index).claimedAtMs = Optional.of(nowMs);
    }

    void run(long ms) {
      for (long end = nowMs + ms; nowMs < end; nowMs += STEP) {
        deliver();
        for (int i = 0; i < hosts.size(); i++) {
          if (!hosts.get(i).down) {
            live(i, hosts.get(i));
          }
        }
      }
    }

    private void deliver() {
      while (!flying.isEmpty() && flying.peek().atMs() <= nowMs) {
        Flying next = flying.poll();
        Host host = hosts.get(next.to());
        if (host.down) {
          continue;
        }
        if (next.word() instanceof Pulse pulse) {
          host.hearing = host.hearing.hear(pulse.sentinel(), nowMs);
          host.deputies = host.deputies.hear(host.rules, pulse, nowMs);
        } else if (next.word() instanceof Topology topology) {
          host.hearing = host.hearing.hear(topology, nowMs);
          host.deputies = host.deputies.hear(host.rules, topology, nowMs);
        }
      }
    }

    private void live(int index, Host host) {
      host.hearing = host.hearing.tick(host.rules.sentinels(), SUSPICION, STALL, nowMs);
      boolean beat = nowMs % 250 == 0;
      if (beat) {
        say(
            index,
            new Pulse(
                host.self,
                host.hearing.silent(List.of(host.rules.group().group()), SUSPICION, nowMs),
                List.of(),
                List.of()));
      }
      coordinate(index, host, beat);
      host.deputies = host.deputies.tick(host.rules, nowMs);
      switch (host.deputies.decide(host.rules, nowMs)) {
        case BECOME -> {
          if (!host.coordinates()) {
            begun++;
            host.deputies = host.deputies.become(host.rules);
            host.claimedAtMs = Optional.of(nowMs);
          }
        }
        case END -> stop(host);
        case NOTHING -> {
          // It goes on as it is.
        }
      }
    }

    private void coordinate(int index, Host host, boolean beat) {
      if (host.claimedAtMs.filter(at -> nowMs - at >= CLAIM_MS).isPresent() && majority(index)) {
        highest = highest.next(new UUID(dice.nextLong(), 1));
        host.held = Optional.of(highest);
        host.claimedAtMs = Optional.empty();
      }
      // It learns that it was outbid when it uses the register, now and then.
      boolean outbid = host.held.filter(highest::isAbove).isPresent();
      if (outbid && majority(index) && dice.nextInt(10) == 0) {
        stop(host);
      }
      if (beat && host.held.isPresent()) {
        say(
            index,
            new Topology(
                host.rules.group().group(),
                host.held.get(),
                1,
                Optional.empty(),
                true,
                host.self,
                Optional.empty()));
      }
    }

    private void stop(Host host) {
      if (host.deputies.serves()) {
        host.deputies = host.deputies.end(nowMs);
      }
      host.held = Optional.empty();
      host.claimedAtMs = Optional.empty();
    }

    private boolean majority(int index) {
      long reached = hosts.stream()
          .filter(other -> !other.down && !isCut(index, hosts.indexOf(other)))
          .count();
      return reached >= hosts.get(0).rules.sentinels().majority();
    }

    private void say(int from, Object word) {
      for (int to = 0; to < hosts.size(); to++) {
        if (!isCut(from, to)) {
          long delay = from == to ? 0 : dice.nextInt(60);
          flying.add(new Flying(nowMs + delay, sent++, to, word));
        }
      }
    }

    private boolean isCut(int from, int to) {
      return cut.getOrDefault(from + ">" + to, false);
    }

    Set<HostId> coordinators() {
      Set<HostId> all = new HashSet<>();
      hosts.stream()
          .filter(host -> !host.down && host.held.filter(highest::equals).isPresent())
          .forEach(host -> all.add(host.self));
      return all;
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aHealthyCoordinatorIsNeverDisturbed(int seed) {
    Cell cell = new Cell(new Random(seed), seed % 2 == 0 ? 3 : 5);
    cell.appoint(1);
    cell.run(2000);
    int begun = cell.begun;
    Ballot held = cell.highest;
    // One sentinel that hears nobody, or a link that is cut one way, is no majority.
    cell.cut.put("1>0", true);
    cell.run(20_000);
    assertEquals(begun, cell.begun);
    assertEquals(held, cell.highest);
    assertEquals(1, cell.coordinators().size());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aLostCoordinatorIsReplacedByOne(int seed) {
    Cell cell = new Cell(new Random(seed), seed % 2 == 0 ? 3 : 5);
    cell.appoint(1);
    cell.run(6000 + cell.dice.nextInt(20) * STEP);
    Ballot before = cell.highest;
    cell.hosts.get(1).down = true;
    cell.run(2000);
    assertTrue(cell.highest.isAbove(before), "a deputy within two suspicion times");
    cell.run(10_000);
    Ballot settled = cell.highest;
    assertEquals(before.number() + 1, settled.number(), "one deputy, no duel");
    cell.hosts.get(1).down = false;
    cell.run(10_000);
    assertEquals(settled, cell.highest, "the old one is outbid, and stops");
    assertEquals(1, cell.coordinators().size());
  }

  /** Whatever happened before, some seconds after the last fault one coordinator is left alone. */
  @ParameterizedTest
  @MethodSource("seeds")
  void afterTheLastFaultOneIsLeft(int seed) {
    Random dice = new Random(seed);
    int size = seed % 2 == 0 ? 3 : 5;
    Cell cell = new Cell(dice, size);
    cell.appoint(dice.nextInt(size));
    for (int fault = 0; fault < 20; fault++) {
      int one = dice.nextInt(size);
      int other = dice.nextInt(size);
      switch (dice.nextInt(4)) {
        case 0 -> cell.hosts.get(one).down ^= true;
        case 1 -> cell.cut.put(one + ">" + other, one != other && dice.nextBoolean());
        case 2 -> cell.appoint(one);
        default -> cell.cut.clear();
      }
      cell.run(500L + dice.nextInt(40) * STEP);
    }
    cell.cut.clear();
    cell.hosts.forEach(host -> host.down = false);
    cell.run(70_000);
    Ballot settled = cell.highest;
    cell.run(20_000);
    assertEquals(settled, cell.highest, "they outbid each other");
    assertEquals(1, cell.coordinators().size());
  }
}
