package io.conclave.core.edge;

import io.conclave.core.Configuration;
import io.conclave.core.Gate;
import io.conclave.core.GroupDefinition;
import io.conclave.core.Hold;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.NodeReport.ServerState;
import io.conclave.core.Timings;
import io.conclave.core.Topology;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What one edge knows of one group, and what follows from it: which servers its clients may reach, and whether they are held.
 * Times are monotonic, in ms.
 *
 * <p>A node that was primary is barred as soon as another configuration is begun, and until it is heard as a standby that
 * shows the epoch of the newest established one: frozen or cut off, it does not know itself that it is superseded. A node of
 * which nothing is known is left to its readers for a while, so that a restart of the daemon disturbs nobody, and then barred too; from
 * writes it is barred at once when another one is known to be primary.
 *
 * @param beganMs when this edge first heard of an established configuration
 * @param topology the newest one
 * @param heardMs when a coordinator was last heard
 * @param established the newest established configuration
 * @param standings of the nodes of which something is known
 * @param hold the one that a switchover wants, from when it was first heard
 * @param gather while a configuration is begun, and until the gate of its primary is open: what comes waits, and gets no error
 * @param reports the newest of each node
 */
public record EdgeState(
    GroupDefinition group,
    Timings timings,
    long beganMs,
    Optional<Topology> topology,
    long heardMs,
    Optional<Configuration> established,
    Map<NodeId, Standing> standings,
    Optional<Pause> hold,
    Optional<Pause> gather,
    Map<NodeId, NodeReport> reports) {

  /** What is known of a node. */
  public enum Standing {
    /** Shows the newest established epoch as a standby, or was a standby all the time since it last did. */
    CLEARED,
    /** Was primary, and has not been heard as a standby since. */
    BARRED
  }

  /**
   * Clients wait.
   *
   * @param id of the hold, or of the promotion that is under way
   * @param untilMs when they go on, whatever is said
   */
  public record Pause(UUID id, long untilMs) {
    Pause until(long ms) {
      return new Pause(id, Math.min(untilMs, ms));
    }
  }

  public EdgeState {
    standings = Map.copyOf(standings);
    reports = Map.copyOf(reports);
  }

  /** Knows nothing yet. */
  public static EdgeState begin(GroupDefinition group, Timings timings, long nowMs) {
    return new EdgeState(
        group,
        timings,
        nowMs,
        Optional.empty(),
        nowMs,
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Map.of());
  }

  /** A word of a coordinator; one that is older than what is known changes nothing. */
  public EdgeState hear(Topology word, long nowMs) {
    boolean other = !word.group().equals(group.group());
    if (other || topology.filter(known -> known.supersedes(word)).isPresent()) {
      return this;
    }
    if (topology.filter(known -> !word.supersedes(known)).isPresent()) {
      return with(topology, nowMs, established, standings, hold, gather, reports);
    }
    Optional<Configuration> newest = word.configuration();
    Optional<Configuration> proven = word.established() ? newest : established;
    EdgeState next = with(
        Optional.of(word),
        nowMs,
        proven,
        after(word, proven),
        word.hold().map(wanted -> pause(hold, wanted.id(), wanted.budgetMs(), nowMs)),
        newest.flatMap(begun -> gathered(begun, word.established(), nowMs)),
        reports);
    return (proven.equals(established) ? next : next.judgeAgain()).gatherUntilOpen();
  }

  /** What was said before this edge knew of the configuration may not be said again for a while. */
  private EdgeState judgeAgain() {
    EdgeState judged = this;
    for (NodeReport report : reports.values()) {
      judged = judged.judge(report);
    }
    return judged;
  }

  /**
   * Between the old primary and the new one clients have nowhere to go: a login that fails then would have PgBouncer turn
   * away whoever comes next.
   */
  private Optional<Pause> gathered(Configuration next, boolean proven, long nowMs) {
    Optional<Pause> known = gather.filter(pause -> pause.id().equals(next.promotion()));
    long limitMs = proven ? timings.suspicionMs() : timings.promoteDeadlineMs();
    if (known.isPresent()) {
      return known.map(pause -> pause.until(nowMs + limitMs));
    }
    // Whoever was primary all the time is waited for by nobody.
    return established
        .filter(was -> !was.promotion().equals(next.promotion()))
        .map(was -> new Pause(next.promotion(), nowMs + limitMs));
  }

  /** Nobody is gathered any more for a primary that was heard to let clients in, whatever becomes of it. */
  private EdgeState gatherUntilOpen() {
    return gather.isPresent() && isOpen()
        ? with(topology, heardMs, established, standings, hold, Optional.empty(), reports)
        : this;
  }

  /** The clock of a pause runs from when it was first heard. */
  private static Pause pause(Optional<Pause> known, UUID id, long budgetMs, long nowMs) {
    return known.filter(same -> same.id().equals(id)).orElse(new Pause(id, nowMs + budgetMs));
  }

  private Map<NodeId, Standing> after(Topology word, Optional<Configuration> proven) {
    Map<NodeId, Standing> next = new HashMap<>(standings);
    established
        .map(Configuration::primary)
        .filter(was -> word.incumbent().filter(now -> now.primary().equals(was)).isEmpty())
        .ifPresent(was -> next.put(was, Standing.BARRED));
    if (word.established()) {
      proven.ifPresent(now -> next.put(now.primary(), Standing.CLEARED));
    }
    return next;
  }

  /** What an agent says of a node. */
  public EdgeState hear(NodeReport report) {
    NodeReport known = reports.get(report.node());
    boolean old = known != null
        && known.agent().equals(report.agent())
        && known.sequence() > report.sequence();
    if (old || !report.group().equals(group.group())) {
      return this;
    }
    Map<NodeId, NodeReport> next = new HashMap<>(reports);
    next.put(report.node(), report);
    return with(topology, heardMs, established, standings, hold, gather, next)
        .judge(report)
        .gatherUntilOpen();
  }

  private EdgeState judge(NodeReport report) {
    if (established.isEmpty()) {
      return this;
    }
    Configuration newest = established.get();
    if (report.server() == ServerState.STANDBY && report.shows(newest)) {
      return isPrimary(report.node()) ? this : standing(report.node(), Standing.CLEARED);
    }
    boolean expected = topology
        .flatMap(Topology::configuration)
        .filter(next -> next.primary().equals(report.node()))
        .isPresent();
    boolean foreign = report.server() == ServerState.PRIMARY && !expected;
    return foreign ? standing(report.node(), Standing.BARRED) : this;
  }

  private EdgeState standing(NodeId node, Standing standing) {
    if (standing == standings.get(node)) {
      return this;
    }
    Map<NodeId, Standing> next = new HashMap<>(standings);
    next.put(node, standing);
    return with(topology, heardMs, established, next, hold, gather, reports);
  }

  private EdgeState with(
      Optional<Topology> word,
      long heard,
      Optional<Configuration> proven,
      Map<NodeId, Standing> nodes,
      Optional<Pause> held,
      Optional<Pause> gathered,
      Map<NodeId, NodeReport> said) {
    return new EdgeState(
        group,
        timings,
        established.isPresent() ? beganMs : heard,
        word,
        heard,
        proven,
        nodes,
        held,
        gathered,
        said);
  }

  /** Who is primary; nobody while a configuration is only begun. */
  public Optional<NodeId> primary() {
    return topology.flatMap(Topology::incumbent).map(incumbent -> incumbent.primary());
  }

  private boolean isPrimary(NodeId node) {
    return primary().filter(node::equals).isPresent();
  }

  /** What is to be in force. */
  public Plan plan(long nowMs) {
    Map<NodeId, Place> writes = new LinkedHashMap<>();
    Map<NodeId, Place> reads = new LinkedHashMap<>();
    for (Member member : group.members()) {
      NodeId node = member.node();
      if (member.mayBePrimary()) {
        writes.put(
            node, isPrimary(node) ? place(node, primaryPlace(nowMs), nowMs) : out(node, nowMs));
      }
      reads.put(node, place(node, isPrimary(node) ? Place.ASIDE : Place.CHECKED, nowMs));
    }
    return new Plan(primary(), writes, reads);
  }

  /**
   * A coordinator that is heard knows better than a check that asks the agent alone; without one the checks decide. Before the
   * new primary's gate is open a connection would be refused, and so it waits.
   */
  private Place primaryPlace(long nowMs) {
    if (isOn(gather, nowMs)) {
      return Place.ASIDE;
    }
    return nowMs - heardMs <= patienceMs() ? Place.SERVING : Place.CHECKED;
  }

  /**
   * Not a primary. One of which nothing is known may be the old one, which a check lets in: it does not know that it is superseded when it is
   * cut off from its peers, and not from here. While nobody is known to be primary, whoever HAProxy leads to may be.
   */
  private Place out(NodeId node, long nowMs) {
    Place place = place(node, Place.ASIDE, nowMs);
    return place == Place.LEFT && primary().isPresent() ? Place.BARRED : place;
  }

  private Place place(NodeId node, Place known, long nowMs) {
    Standing standing = standings.get(node);
    if (standing == Standing.CLEARED) {
      return known;
    }
    boolean late =
        established.isPresent() && nowMs - beganMs > patienceMs() + 2 * Timings.OVERHEARD_MS;
    return standing == Standing.BARRED || late ? Place.BARRED : Place.LEFT;
  }

  /** Topologies are repeated several times in it. Reports come to an edge as often as to all who only look on. */
  private long patienceMs() {
    return timings.suspicionMs() + 2 * timings.reportMs();
  }

  /** Which clients are to wait. */
  public Waiting waiting(long nowMs) {
    if (isOn(hold, nowMs)) {
      return Waiting.EVERYBODY;
    }
    return isOn(gather, nowMs) ? Waiting.WRITERS : Waiting.NOBODY;
  }

  /** Whether the primary is heard to let clients in under the established epoch. */
  private boolean isOpen() {
    return primary()
        .map(reports::get)
        .filter(report -> report.server() == ServerState.PRIMARY && report.gate() == Gate.OPEN)
        .filter(report -> established.filter(report::shows).isPresent())
        .isPresent();
  }

  /** The hold that is wanted and within its budget. */
  public Optional<UUID> wantedHold(long nowMs) {
    return hold.filter(pause -> isOn(hold, nowMs)).map(Pause::id);
  }

  private static boolean isOn(Optional<Pause> pause, long nowMs) {
    return pause.filter(wanted -> nowMs < wanted.untilMs()).isPresent();
  }

  /** A hold that was given up here, because nobody has lifted it in its budget. */
  public Optional<Hold> overdue(long nowMs) {
    return topology.flatMap(Topology::hold).filter(wanted -> !isOn(hold, nowMs));
  }
}
