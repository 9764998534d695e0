package io.conclave.ops;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.conclave.core.decision.DecisionRecord;
import io.conclave.core.decision.Outlook;
import java.util.List;
import java.util.Optional;

/**
 * The JSON of a host, one record for each object of it. Names become snake_case ({@code lagBytes}, {@code lag_bytes}); an
 * empty Optional is null and means that this host has not heard of it.
 */
final class View {
  private View() {}

  /** GET /conclave/groups. */
  record Groups(String host, List<Group> groups) {}

  /** GET /conclave/nodes. */
  record Nodes(String host, List<GroupNode> nodes) {}

  /** GET /conclave/votes. */
  record Votes(String host, List<GroupVote> votes) {}

  /**
   * @param phase what the coordinator does about it
   * @param epoch 0 before the group is formed
   * @param established whether that epoch is proven, and not only begun
   * @param ageMs how long ago the coordinator was last heard
   */
  record Group(
      String group,
      Optional<String> phase,
      Optional<String> blocker,
      long epoch,
      boolean established,
      Optional<String> primary,
      List<String> syncSet,
      int syncK,
      Optional<String> ballot,
      Optional<String> coordinator,
      Optional<Long> ageMs,
      List<Node> nodes,
      List<Vote> votes,
      List<Edge> edges,
      Optional<Failover> lastFailover) {}

  /**
   * @param server a NodeReport.ServerState, or SILENT; then the rest is the last that was heard
   * @param epoch of the newest epoch row that the node shows; 0 when it shows none
   * @param timeline 0 when it is unknown
   * @param position end of its WAL, as pg_lsn
   * @param lagBytes how far the primary's position is ahead of the node's
   * @param rebuilding whether its data is being rewound or cloned
   * @param order outcome of the last order
   * @param problem diagnosis: kind and sentence
   */
  record Node(
      String node,
      String host,
      String region,
      String kind,
      String address,
      int port,
      String server,
      Optional<String> gate,
      long epoch,
      int timeline,
      Optional<String> position,
      Optional<Long> lagBytes,
      Optional<String> receiver,
      Optional<String> upstream,
      boolean rebuilding,
      Optional<String> order,
      String orderDetail,
      Optional<String> problem,
      Optional<Long> reportAgeMs) {}

  /**
   * @param primary to which writes of its clients go
   * @param held whether its clients wait, for a switchover
   * @param problem why it does not follow the topology
   * @param ageMs how long ago it was heard
   */
  record Edge(
      String edge,
      String region,
      Optional<String> primary,
      boolean held,
      Optional<String> problem,
      Optional<Long> ageMs) {}

  /** A node outside its group's object. */
  record GroupNode(String group, @JsonUnwrapped Node node) {}

  /**
   * @param ageMs how long ago it was heard
   */
  record Vote(
      String sentinel, String region, String opinion, long ageMs, List<Evidence> evidence) {}

  /**
   * A vote outside its group's object.
   *
   * @param epoch the configuration that it is about; one about an older epoch does not count any more
   */
  record GroupVote(
      String group,
      String primary,
      long epoch,
      @JsonUnwrapped Vote vote) {}

  /**
   * @param ageMs how long ago the channel last spoke, as of now
   */
  record Evidence(String channel, String finding, long ageMs, String detail) {}

  /**
   * The last change of primary; times are wall-clock ms since 1970, 0 for a step that was not reached.
   *
   * @param decision what {@code conclave explain} takes
   */
  record Failover(
      long id,
      String decision,
      String cause,
      Optional<String> from,
      Optional<String> to,
      long epoch,
      long verdictAtEpochMs,
      long fencedAtEpochMs,
      long promotedAtEpochMs,
      long establishedAtEpochMs,
      String votes,
      String evidence) {}

  /**
   * GET /conclave/decisions, newest first.
   *
   * @param text the same for people, a line each
   */
  record Decisions(String host, List<DecisionLine> decisions, List<String> text) {}

  /**
   * @param kind the type of the decision
   * @param sentence what was decided
   */
  record DecisionLine(
      String id,
      String group,
      long epoch,
      String kind,
      long atEpochMs,
      String ballot,
      String coordinator,
      String sentence) {}

  /**
   * GET /conclave/decisions/{id}.
   *
   * @param record with everything that was known
   * @param story the records of the change of the primary that it belongs to, oldest first
   * @param text all of it for people, a line each
   */
  record DecisionPage(
      String host, DecisionRecord record, List<DecisionRecord> story, List<String> text) {}

  /**
   * GET /conclave/groups/{group}/why-not and what-if.
   *
   * @param text the part that was asked for, for people, a line each
   */
  record OutlookPage(String host, Outlook outlook, List<String> text) {}

  /**
   * A switchover that clients can use.
   *
   * @param pause empty when no edge was heard
   */
  record Done(
      String outcome, String from, String to, long epoch, long durationMs, Optional<Pause> pause) {}

  /** For how long the clients of the edges waited, how long it took until nothing of theirs ran any more, and how long they were to wait. */
  record Pause(List<String> edges, long drainedMs, long heldMs, long budgetMs) {}

  /** A coordinator that is where an operator wants it. */
  record Moved(String outcome, String coordinator, long durationMs) {}

  /** A request that was not done (refused), or of which nobody knows (unknown). */
  record NotDone(String outcome, String reason) {}

  /** Every other answer that is not a success: the HTTP status in words, and what to do about it. */
  record Failure(String error, String reason) {}
}
