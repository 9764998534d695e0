package io.conclave.ops;

import io.conclave.core.Configuration;
import io.conclave.core.EdgeReport;
import io.conclave.core.Evidence;
import io.conclave.core.FailoverSummary;
import io.conclave.core.GroupDefinition;
import io.conclave.core.GroupId;
import io.conclave.core.GroupStatus;
import io.conclave.core.HostId;
import io.conclave.core.Lsn;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.Region;
import io.conclave.core.Timings;
import io.conclave.core.Topology;
import io.conclave.core.Vote;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns what a host has heard into what it tells operators; pure.
 *
 * @param self the host that tells
 * @param groups all groups of the cell, in the order of the configuration file
 * @param edges all edges of the cell
 */
record Views(
    HostId self, List<GroupDefinition> groups, Map<HostId, Region> edges, Timings timings) {
  Views {
    groups = List.copyOf(groups);
    edges = Map.copyOf(edges);
  }

  /** All groups. Times are monotonic, in ms. */
  View.Groups groups(BoardState board, long nowMs) {
    return new View.Groups(
        self.value(), groups.stream().map(group -> group(board, group, nowMs)).toList());
  }

  /** One group. */
  View.Group group(BoardState board, GroupDefinition definition, long nowMs) {
    Optional<Heard<Topology>> heard = board.topology(definition.group());
    Optional<Topology> topology = heard.map(Heard::word);
    Optional<Configuration> configuration = topology.flatMap(Topology::configuration);
    Optional<GroupStatus> status = board.status(definition.group()).map(Heard::word);
    return new View.Group(
        definition.group().value(),
        status.map(GroupStatus::phase),
        silence(heard, nowMs).or(() -> status.flatMap(GroupStatus::blocker)),
        configuration.map(Configuration::epoch).orElse(0L),
        topology.map(Topology::established).orElse(false),
        configuration.map(each -> each.primary().value()),
        configuration.map(Views::syncSet).orElse(List.of()),
        configuration.map(each -> each.sync().k()).orElse(0),
        topology.map(each -> each.ballot().toString()),
        topology.map(each -> each.coordinator().value()),
        heard.map(each -> each.ageMs(nowMs)),
        nodes(board, definition, nowMs),
        votes(board, definition, topology, nowMs),
        edges(board, definition.group(), nowMs),
        board.failover(definition.group()).map(Views::failover));
  }

  /** The nodes of all groups. */
  View.Nodes nodes(BoardState board, long nowMs) {
    return new View.Nodes(
        self.value(),
        groups.stream()
            .flatMap(definition -> nodes(board, definition, nowMs).stream()
                .map(node -> new View.GroupNode(definition.group().value(), node)))
            .toList());
  }

  /** The last vote of each sentinel about each group, whatever epoch it is about. */
  View.Votes votes(BoardState board, long nowMs) {
    return new View.Votes(
        self.value(),
        board.votes().stream()
            .sorted(Comparator.comparing((Heard<Vote> heard) -> heard.word().group())
                .thenComparing(heard -> heard.word().sentinel()))
            .map(heard -> new View.GroupVote(
                heard.word().group().value(),
                heard.word().primary().value(),
                heard.word().epoch(),
                vote(heard, nowMs)))
            .toList());
  }

  /** Whether a word that is repeated, and heard once a second at least, has been missing for too long. */
  boolean isSilent(Heard<?> heard, long nowMs) {
    return heard.ageMs(nowMs)
        > Timings.OVERHEARD_MS + timings.suspicionMs() + 2 * timings.reportMs();
  }

  private Optional<String> silence(Optional<Heard<Topology>> heard, long nowMs) {
    if (heard.isEmpty()) {
      return Optional.of("no coordinator of this group has been heard here yet");
    }
    return heard
        .filter(each -> isSilent(each, nowMs))
        .map(each -> "the coordinator at %s has not been heard here for %d s"
            .formatted(each.word().coordinator(), each.ageMs(nowMs) / 1000));
  }

  private static List<String> syncSet(Configuration configuration) {
    return configuration.sync().members().stream().map(NodeId::value).toList();
  }

  private List<View.Node> nodes(BoardState board, GroupDefinition definition, long nowMs) {
    Optional<Lsn> primary = board
        .topology(definition.group())
        .flatMap(heard -> heard.word().configuration())
        .flatMap(configuration -> board.report(configuration.primary()))
        .map(heard -> heard.word().position());
    return definition.members().stream()
        .map(member -> node(member, board.report(member.node()), primary, nowMs))
        .toList();
  }

  private View.Node node(
      Member member, Optional<Heard<NodeReport>> heard, Optional<Lsn> primary, long nowMs) {
    Optional<NodeReport> report = heard.map(Heard::word);
    return new View.Node(
        member.node().value(),
        member.host().value(),
        member.region().value(),
        member.kind().name(),
        member.address(),
        member.port(),
        heard
            .filter(each -> !isSilent(each, nowMs))
            .map(each -> each.word().server().name())
            .orElse("SILENT"),
        report.map(each -> each.gate().name()),
        report.flatMap(NodeReport::epochRow).map(row -> row.epoch()).orElse(0L),
        report.map(NodeReport::timeline).orElse(0),
        report.map(each -> each.position().toString()),
        report.flatMap(each -> primary.map(ahead -> ahead.ahead(each.position()))),
        report.map(each -> each.receiver().name()),
        report.flatMap(NodeReport::upstream).map(NodeId::value),
        report.flatMap(NodeReport::rebuilding).isPresent(),
        report.map(each -> each.order().outcome().name()),
        report.map(each -> each.order().detail()).orElse(""),
        report
            .flatMap(NodeReport::problem)
            .map(problem -> problem.kind() + ": " + problem.detail()),
        heard.map(each -> each.ageMs(nowMs)));
  }

  /** Votes about an epoch that is over say nothing any more; while the next one is only begun, they led to it. */
  private static List<View.Vote> votes(
      BoardState board, GroupDefinition definition, Optional<Topology> topology, long nowMs) {
    long oldest = topology
        .filter(Topology::established)
        .flatMap(Topology::configuration)
        .map(Configuration::epoch)
        .orElse(0L);
    return board.votes().stream()
        .filter(heard -> heard.word().group().equals(definition.group()))
        .filter(heard -> heard.word().epoch() >= oldest)
        .sorted(Comparator.comparing(heard -> heard.word().sentinel()))
        .map(heard -> vote(heard, nowMs))
        .toList();
  }

  private List<View.Edge> edges(BoardState board, GroupId group, long nowMs) {
    return edges.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(edge -> edge(edge.getKey(), edge.getValue(), board.edge(edge.getKey(), group), nowMs))
        .toList();
  }

  private View.Edge edge(
      HostId edge, Region region, Optional<Heard<EdgeReport>> heard, long nowMs) {
    Optional<EdgeReport> report = heard.map(Heard::word);
    Optional<String> silent = heard.filter(each -> !isSilent(each, nowMs)).isPresent()
        ? Optional.empty()
        : Optional.of("is not heard here");
    return new View.Edge(
        edge.value(),
        region.value(),
        report.flatMap(EdgeReport::primary).map(NodeId::value),
        report.flatMap(EdgeReport::held).isPresent(),
        silent.or(() -> report.flatMap(EdgeReport::problem)),
        heard.map(each -> each.ageMs(nowMs)));
  }

  private static View.Vote vote(Heard<Vote> heard, long nowMs) {
    Vote vote = heard.word();
    long ageMs = heard.ageMs(nowMs);
    return new View.Vote(
        vote.sentinel().value(),
        vote.region().value(),
        vote.opinion().name(),
        ageMs,
        vote.evidence().stream().map(each -> evidence(each, ageMs)).toList());
  }

  private static View.Evidence evidence(Evidence evidence, long voteAgeMs) {
    // A channel that never spoke may be as old as can be.
    long most = Long.MAX_VALUE - voteAgeMs;
    return new View.Evidence(
        evidence.channel().name(),
        evidence.finding().name(),
        Math.min(evidence.ageMs(), most) + voteAgeMs,
        evidence.detail());
  }

  private static View.Failover failover(FailoverSummary summary) {
    return new View.Failover(
        summary.epoch(),
        summary.decision(),
        summary.cause(),
        summary.from().map(NodeId::value),
        summary.to().map(NodeId::value),
        summary.epoch(),
        summary.verdictAtEpochMs(),
        summary.fencedAtEpochMs(),
        summary.promotedAtEpochMs(),
        summary.establishedAtEpochMs(),
        summary.votes(),
        summary.evidence());
  }
}
