package io.conclave.simulator.exhaustive;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Breadth-first through a small world: every state once, and the shortest way to one that must not be. States are kept
 * exactly, as the numbers of their parts.
 */
public final class Search {
  /**
   * What a search has found.
   *
   * @param states different states met
   * @param steps taken between them
   * @param depth of the last state, in steps
   * @param complete whether there was nothing more to look at
   * @param violation the invariant that does not hold, and why; empty when all do
   * @param trace the shortest way there
   * @param rows of the protocol that were taken
   */
  public record Result(
      long states,
      long steps,
      int depth,
      boolean complete,
      Optional<String> violation,
      List<String> trace,
      Set<String> rows,
      long tookMs) {}

  private final Moves moves;
  private final Pools pools = new Pools();
  private final State first;
  private final int limit;

  private int[] cells = new int[State.PARTS << 16];
  private int[] parents = new int[1 << 16];
  private int[] table = new int[1 << 18];
  private int count;
  private long steps;

  private Search(Bounds bounds, int limit) {
    SmallWorld world = new SmallWorld();
    this.moves = new Moves(world, bounds);
    this.first = world.first(pools, bounds);
    this.limit = limit;
  }

  /**
   * @param limit of states, after which it gives up
   */
  static Result run(Bounds bounds, int limit) {
    return new Search(bounds, limit).run();
  }

  /**
   * Searches a world by name, for callers that load this class by a loader of their own and share no type with it but those
   * of the JDK.
   *
   * @return states, invariant and sentence, then the trace; the states alone when nothing was found
   */
  public static List<String> firstViolation(String world, int limit) {
    Result result = run(Bounds.worlds().get(world), limit);
    List<String> answer = new ArrayList<>(List.of(Long.toString(result.states())));
    result.violation().ifPresent(answer::add);
    answer.addAll(result.trace());
    return answer;
  }

  private Result run() {
    long began = System.nanoTime();
    Arrays.fill(table, -1);
    add(first.parts, -1);
    int at = 0;
    Optional<Moves.Violation> violation = Optional.empty();
    for (; at < count && count < limit && violation.isEmpty(); at++) {
      int from = at;
      try {
        moves.from(cell(at), (next, what) -> {
          steps++;
          add(next.parts, from);
        });
      } catch (Moves.Violation found) {
        violation = Optional.of(found);
      }
    }
    int last = violation.isPresent() ? at - 1 : count - 1;
    List<String> trace = violation.isPresent() ? trace(last) : new ArrayList<>();
    violation.ifPresent(found -> {
      trace.add("%3d. %s".formatted(trace.size() + 1, found.step()));
      trace.add(sentence(found));
    });
    return new Result(
        count,
        steps,
        depth(last),
        at == count && violation.isEmpty(),
        violation.map(Search::sentence),
        trace,
        moves.rows(),
        (System.nanoTime() - began) / 1_000_000);
  }

  private static String sentence(Moves.Violation found) {
    return found.invariant() + ": " + found.getMessage();
  }

  private State cell(int index) {
    return new State(
        pools, Arrays.copyOfRange(cells, index * State.PARTS, (index + 1) * State.PARTS));
  }

  private void add(int[] parts, int parent) {
    int slot = hash(parts, 0) & (table.length - 1);
    while (table[slot] >= 0) {
      if (same(parts, table[slot])) {
        return;
      }
      slot = (slot + 1) & (table.length - 1);
    }
    if ((count + 1) * State.PARTS > cells.length) {
      cells = Arrays.copyOf(cells, cells.length / 2 * 3);
    }
    if (count == parents.length) {
      parents = Arrays.copyOf(parents, parents.length / 2 * 3);
    }
    System.arraycopy(parts, 0, cells, count * State.PARTS, State.PARTS);
    parents[count] = parent;
    table[slot] = count++;
    if (count > table.length / 2) {
      grow();
    }
  }

  private void grow() {
    table = new int[table.length * 2];
    Arrays.fill(table, -1);
    for (int i = 0; i < count; i++) {
      int slot = hash(cells, i * State.PARTS) & (table.length - 1);
      while (table[slot] >= 0) {
        slot = (slot + 1) & (table.length - 1);
      }
      table[slot] = i;
    }
  }

  private boolean same(int[] parts, int index) {
    return Arrays.equals(
        parts, 0, State.PARTS, cells, index * State.PARTS, (index + 1) * State.PARTS);
  }

  private static int hash(int[] from, int offset) {
    long h = 0;
    for (int i = 0; i < State.PARTS; i++) {
      h = (h ^ from[offset + i]) * 0x9E3779B97F4A7C15L;
      h ^= h >>> 29;
    }
    return (int) (h ^ (h >>> 32));
  }

  private int depth(int index) {
    int depth = 0;
    for (int i = index; parents[i] >= 0; i = parents[i]) {
      depth++;
    }
    return depth;
  }

  // The way there.

  private List<String> trace(int index) {
    List<Integer> way = new ArrayList<>();
    for (int i = index; i >= 0; i = parents[i]) {
      way.add(0, i);
    }
    List<String> lines = new ArrayList<>();
    for (int i = 1; i < way.size(); i++) {
      lines.add("%3d. %s".formatted(i, label(way.get(i - 1), cell(way.get(i)))));
    }
    return lines;
  }

  private String label(int from, State to) {
    String[] found = {"?"};
    try {
      moves.from(cell(from), (next, what) -> {
        if (Arrays.equals(next.parts, to.parts)) {
          found[0] = what.get() + describe(cell(from), next);
        }
      });
    } catch (Moves.Violation later) {
      // The step looked for came before it.
    }
    return found[0];
  }

  private static String describe(State before, State after) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < State.NODES; i++) {
      if (before.nodeNumber(i) != after.nodeNumber(i)) {
        Node node = after.node(i);
        text.append("%n       n%d %s %s%s%s"
            .formatted(
                i,
                node.role(),
                node.wal(),
                node.upstream().map(u -> " from " + u).orElse(""),
                node.fenced().map(f -> " fenced at " + f.position()).orElse("")));
      }
    }
    if (!before.ledger().acknowledged().equals(after.ledger().acknowledged())) {
      text.append("%n       acknowledged: %s".formatted(after.ledger().acknowledged()));
    }
    return text.toString();
  }
}
