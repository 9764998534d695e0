package io.conclave.core.membership;

import io.conclave.core.HostId;
import io.conclave.core.Incarnation;
import io.conclave.core.Pulse;
import io.conclave.core.Sentinels;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which members a sentinel takes out of the cluster (docs/decisions/0019). Pure; times are monotonic ms of the host. Only what
 * sentinels see counts: a member goes when a majority of the configured sentinels says, in pulses that are fresh, that it
 * has been silent for the stable time. A sentinel goes by itself when it hears no majority for so long while it
 * misses another sentinel. A matter of order, not of safety: ballots and the register do not go by membership.
 *
 * @param tickMs when the sentinel last ran; a long gap shows that it was stalled, and what it knew is void
 * @param hearingMs when it last heard a majority of the sentinels, or was last stalled
 * @param silent whom its own failure detector finds unreachable, and since when
 * @param pulses the last pulse of each other sentinel since it was last stalled
 */
public record DowningRule(
    long tickMs, long hearingMs, Map<Peer, Long> silent, Map<HostId, Heard> pulses) {
  private static final Comparator<Incarnation> BY_NAME =
      Comparator.comparing(Incarnation::toString);

  /** A member of the cluster other than this one. */
  public record Peer(Incarnation incarnation, boolean sentinel) {}

  /** What a sentinel finds unreachable, and when it said so. */
  public record Heard(Set<Incarnation> unreachable, long atMs) {
    public Heard {
      unreachable = Set.copyOf(unreachable);
    }
  }

  /**
   * What never changes.
   *
   * @param stableMs how long a member must be silent, or a majority of the sentinels unheard
   * @param freshMs a pulse is about the present for so long
   */
  public record Rules(HostId self, Sentinels sentinels, long stableMs, long freshMs) {
    /** Shorter stalls make nobody look dead: failure detectors wait for longer. */
    private long stallMs() {
      return stableMs / 2;
    }
  }

  /** What is to be done. */
  public sealed interface Decision {
    /** Nothing. */
    record Wait() implements Decision {}

    /** A majority finds these members unreachable. */
    record Down(List<Incarnation> members) implements Decision {
      public Down {
        members = List.copyOf(members);
      }
    }

    /** This sentinel is on the side of a minority. */
    record DownSelf() implements Decision {}
  }

  public DowningRule {
    silent = Map.copyOf(silent);
    pulses = Map.copyOf(pulses);
  }

  /** Nobody has been heard or missed yet. */
  public static DowningRule begin(long nowMs) {
    return new DowningRule(nowMs, nowMs, Map.of(), Map.of());
  }

  /** A sentinel has spoken. Whoever is not configured as one does not count, and what this one says itself is known. */
  public DowningRule hear(Rules rules, Pulse pulse, long nowMs) {
    if (pulse.sentinel().equals(rules.self()) || !isSentinel(rules, pulse.sentinel())) {
      return this;
    }
    Map<HostId, Heard> next = new HashMap<>(pulses);
    next.put(pulse.sentinel(), new Heard(Set.copyOf(pulse.unreachable()), nowMs));
    return new DowningRule(tickMs, hearingMs, silent, next);
  }

  private static boolean isSentinel(Rules rules, HostId host) {
    return rules.sentinels().seats().stream().anyMatch(seat -> seat.sentinel().equals(host));
  }

  /**
   * Time has passed.
   *
   * @param missed the members that the failure detector of this very host finds unreachable now
   */
  public DowningRule tick(Rules rules, Collection<Peer> missed, long nowMs) {
    boolean stalled = nowMs - tickMs > rules.stallMs();
    Map<Peer, Long> since = missed.stream()
        .distinct()
        .collect(Collectors.toMap(
            peer -> peer, peer -> stalled ? nowMs : silent.getOrDefault(peer, nowMs)));
    Map<HostId, Heard> heard = stalled ? Map.of() : pulses;
    DowningRule next = new DowningRule(nowMs, hearingMs, since, heard);
    boolean hearing = next.fresh(rules, nowMs).size() + 1 >= rules.sentinels().majority();
    return new DowningRule(nowMs, stalled || hearing ? nowMs : hearingMs, since, heard);
  }

  /** The members that this sentinel says are unreachable: it has missed them for the stable time. */
  public List<Incarnation> unreachable(Rules rules, long nowMs) {
    return silent.entrySet().stream()
        .filter(missed -> nowMs - missed.getValue() >= rules.stableMs())
        .map(missed -> missed.getKey().incarnation())
        .sorted(BY_NAME)
        .toList();
  }

  /**
   * What is to be done now.
   *
   * @param members all but this one that are not down yet
   */
  public Decision decide(Rules rules, Collection<Peer> members, long nowMs) {
    if (nowMs - hearingMs >= rules.stableMs() && missesSentinel(rules, nowMs)) {
      return new Decision.DownSelf();
    }
    Set<Incarnation> gone = new TreeSet<>(BY_NAME);
    List<Incarnation> own = unreachable(rules, nowMs);
    Collection<Heard> others = fresh(rules, nowMs);
    for (Peer member : members) {
      Incarnation who = member.incarnation();
      long say =
          others.stream().filter(heard -> heard.unreachable().contains(who)).count()
              + (own.contains(who) ? 1 : 0);
      if (say >= rules.sentinels().majority()) {
        gone.add(who);
      }
    }
    return gone.isEmpty() ? new Decision.Wait() : new Decision.Down(List.copyOf(gone));
  }

  /** Sentinels that have left in order are no reason to go: whoever comes next joins this one. */
  private boolean missesSentinel(Rules rules, long nowMs) {
    return silent.entrySet().stream()
        .anyMatch(
            missed -> missed.getKey().sentinel() && nowMs - missed.getValue() >= rules.stableMs());
  }

  private Collection<Heard> fresh(Rules rules, long nowMs) {
    return pulses.values().stream()
        .filter(heard -> nowMs - heard.atMs() < rules.freshMs())
        .toList();
  }
}
