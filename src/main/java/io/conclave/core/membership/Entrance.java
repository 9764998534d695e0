package io.conclave.core.membership;

import io.conclave.core.HostId;
import io.conclave.core.Sentinels;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a host joins a cluster, founds one, or leaves the one it is in to join anew (docs/decisions/0012). Pure; times are
 * monotonic ms of the host. A matter of order, not of safety: the register asks for a majority of the configured sentinels
 * whatever the cluster is.
 *
 * <p>Whoever is in no cluster joins one that another sentinel is in. When none of those that answer is in one, the first in
 * the order of the configuration founds one, with the support of a majority of the configured sentinels: each supports one
 * founder at a time, and none while it hears of a cluster, so two are not founded at once. Whoever finds a majority of the
 * sentinels in a cluster that does not have it was removed from that while it was frozen or cut off: it begins anew, at
 * once, since nobody tells it. Should there be two clusters all the same, the lesser one ends: whoever hears of a greater one
 * for some seconds begins anew.
 *
 * @param answers the last answer of each other sentinel
 * @param supported whom this host supports, when it is a sentinel
 * @param supportedMs when it last said so to that host
 */
public record Entrance(Map<HostId, Heard> answers, Optional<HostId> supported, long supportedMs) {
  /** An answer is about the present for so long. */
  private static final long FRESH_MS = 1000;

  /** Support is not given to another founder for so long: more than the one that founds may stall while it starts. */
  private static final long SUPPORT_MS = 10_000;

  /** A cluster that does not have this host is believed after so long: until then gossip may bring the news of it. */
  private static final long OUTGROWN_MS = 5000;

  /**
   * An answer.
   *
   * @param atMs when it came
   * @param outgrownSinceMs since when all answers of that sentinel tell of a greater cluster without this host
   */
  public record Heard(Whereabouts answer, long atMs, Optional<Long> outgrownSinceMs) {}

  /**
   * How much of the cell's control plane a cluster has, as one of its members sees it. The greater of two is that with more
   * sentinels, of two equal ones that with the first of the configuration.
   *
   * @param sentinels how many sentinels the member can reach, itself included
   * @param first the first of them in the order of the configuration
   */
  public record Extent(int sentinels, Optional<HostId> first) {
    /** Of no cluster. */
    public static final Extent NONE = new Extent(0, Optional.empty());

    private boolean exceeds(Extent other, List<HostId> order) {
      return sentinels != other.sentinels
          ? sentinels > other.sentinels
          : rank(order) < other.rank(order);
    }

    private int rank(List<HostId> order) {
      return first.map(order::indexOf).filter(at -> at >= 0).orElse(order.size());
    }
  }

  /** What never changes. */
  public record Rules(String cell, HostId self, Sentinels sentinels) {
    private boolean isSentinel() {
      return order().contains(self);
    }

    /** Of a cluster in which a host can reach these sentinels. */
    public Extent extent(Collection<HostId> reachable) {
      return new Extent(
          reachable.size(), order().stream().filter(reachable::contains).findFirst());
    }

    private List<HostId> order() {
      return sentinels.seats().stream().map(Sentinels.Seat::sentinel).toList();
    }
  }

  /** What is to be done. */
  public sealed interface Decision {
    /** Wait for answers. */
    record Wait() implements Decision {}

    /** Join the cluster that this sentinel is in. */
    record Join(HostId host) implements Decision {}

    /** Found a cluster. */
    record Found() implements Decision {}

    /** This host's cluster has gone on without it: end the actor system and begin anew. */
    record BeginAnew() implements Decision {}
  }

  public Entrance {
    answers = Map.copyOf(answers);
  }

  /** Nobody has answered yet. */
  public static Entrance begin() {
    return new Entrance(Map.of(), Optional.empty(), 0);
  }

  /**
   * A sentinel has answered; one of another cell is not believed.
   *
   * @param own of the cluster that this host is in; empty when it is in none
   */
  public Entrance hear(Rules rules, Whereabouts answer, Optional<Extent> own, long nowMs) {
    if (!answer.cell().equals(rules.cell()) || !rules.order().contains(answer.host())) {
      return this;
    }
    boolean outgrown = own.isPresent()
        && answer.member()
        && !answer.knowsAsker()
        && answer.extent().exceeds(own.get(), rules.order());
    Optional<Long> before =
        Optional.ofNullable(answers.get(answer.host())).flatMap(Heard::outgrownSinceMs);
    Map<HostId, Heard> next = new HashMap<>(answers);
    next.put(
        answer.host(),
        new Heard(
            answer, nowMs, outgrown ? before.or(() -> Optional.of(nowMs)) : Optional.empty()));
    return new Entrance(next, supported, supportedMs);
  }

  /**
   * Another host asks: it is supported as a founder when it is a sentinel before this one, no other is supported, and this
   * host hears of no cluster, which the other could join through it.
   * {@link #supports} tells the answer.
   */
  public Entrance asked(Rules rules, HostId asker, long nowMs) {
    List<HostId> order = rules.order();
    boolean before = order.contains(asker) && order.indexOf(asker) < order.indexOf(rules.self());
    boolean free = nowMs - supportedMs >= SUPPORT_MS || supported.isEmpty();
    HostId now = supports(rules, nowMs);
    boolean needed = fresh(nowMs).stream().noneMatch(Whereabouts::member);
    if (before && needed && (free || now.equals(asker))) {
      return new Entrance(answers, Optional.of(asker), nowMs);
    }
    return this;
  }

  /** Whom this host supports now. */
  public HostId supports(Rules rules, long nowMs) {
    return supported.filter(host -> nowMs - supportedMs < SUPPORT_MS).orElse(rules.self());
  }

  /** For a host that is in no cluster. */
  public Decision enter(Rules rules, long nowMs) {
    Optional<HostId> best = fresh(nowMs).stream()
        .filter(Whereabouts::member)
        .max(Comparator.<Whereabouts>comparingInt(answer -> answer.extent().sentinels())
            .thenComparing(answer -> -rules.order().indexOf(answer.host())))
        .map(Whereabouts::host);
    if (best.isPresent()) {
      return new Decision.Join(best.get());
    }
    return mayFound(rules, nowMs) ? new Decision.Found() : new Decision.Wait();
  }

  private boolean mayFound(Rules rules, long nowMs) {
    if (!rules.isSentinel() || !supports(rules, nowMs).equals(rules.self())) {
      return false;
    }
    long supporters = fresh(nowMs).stream()
        .filter(answer -> answer.supports().equals(rules.self()))
        .count();
    return supporters + 1 >= rules.sentinels().majority();
  }

  /** For a host that is in a cluster, as far as it knows. */
  public Decision stay(Rules rules, long nowMs) {
    long without = fresh(nowMs).stream()
        .filter(answer -> answer.member() && !answer.knowsAsker())
        .count();
    return without >= rules.sentinels().majority() || isOutgrown(nowMs)
        ? new Decision.BeginAnew()
        : new Decision.Wait();
  }

  private boolean isOutgrown(long nowMs) {
    return answers.values().stream()
        .filter(heard -> nowMs - heard.atMs() < FRESH_MS)
        .flatMap(heard -> heard.outgrownSinceMs().stream())
        .anyMatch(sinceMs -> nowMs - sinceMs >= OUTGROWN_MS);
  }

  private Collection<Whereabouts> fresh(long nowMs) {
    return answers.values().stream()
        .filter(heard -> nowMs - heard.atMs() < FRESH_MS)
        .map(Heard::answer)
        .toList();
  }
}
