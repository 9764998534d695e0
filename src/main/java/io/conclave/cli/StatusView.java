package io.conclave.cli;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What {@code GET /conclave/groups} of one host says; fields that nobody here reads are left out. */
public record StatusView(String host, List<GroupView> groups) {
  private static final JsonMapper MAPPER = JsonMapper.builder()
      .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .build();

  public StatusView {
    groups = groups == null ? List.of() : List.copyOf(groups);
  }

  /**
   * Reads the answer of a host.
   *
   * @throws IOException when it is no such JSON
   */
  public static StatusView parse(byte[] json) throws IOException {
    return MAPPER.readValue(json, StatusView.class);
  }

  /** The same from JSON that was read already. */
  static StatusView of(JsonNode json) {
    try {
      return MAPPER.treeToValue(json, StatusView.class);
    } catch (JsonProcessingException other) {
      throw new CommandFailure("the host answers in another form: " + other.getOriginalMessage());
    }
  }

  /** The group of this name. */
  public Optional<GroupView> group(String name) {
    return groups.stream().filter(g -> g.group().equals(name)).findFirst();
  }

  /** A group; {@code ageMs} is how old the coordinator's word is. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record GroupView(
      String group,
      String phase,
      String blocker,
      long epoch,
      boolean established,
      String primary,
      @JsonProperty("sync_set") List<String> syncSet,
      @JsonProperty("sync_k") int syncK,
      String ballot,
      String coordinator,
      @JsonProperty("age_ms") long ageMs,
      List<NodeView> nodes,
      List<VoteView> votes,
      List<EdgeView> edges,
      @JsonProperty("last_failover") FailoverView lastFailover) {
    public GroupView {
      syncSet = syncSet == null ? List.of() : List.copyOf(syncSet);
      nodes = nodes == null ? List.of() : List.copyOf(nodes);
      votes = votes == null ? List.of() : List.copyOf(votes);
      edges = edges == null ? List.of() : List.copyOf(edges);
    }

    /** The node of this name. */
    public Optional<NodeView> node(String name) {
      return nodes.stream().filter(n -> n.node().equals(name)).findFirst();
    }

    /** The last failover; empty when there was none. */
    public Optional<FailoverView> failover() {
      return Optional.ofNullable(lastFailover);
    }
  }

  /** A node, as the last report of its agent says. */
  public record NodeView(
      String node,
      String host,
      String region,
      String kind,
      String server,
      String gate,
      long epoch,
      int timeline,
      String position,
      @JsonProperty("lag_bytes") Long lagBytes,
      String receiver,
      String upstream,
      boolean rebuilding,
      String order,
      @JsonProperty("order_detail") String orderDetail,
      String problem) {}

  /** What one sentinel says of the primary. */
  public record VoteView(
      String sentinel,
      String region,
      String opinion,
      @JsonProperty("age_ms") long ageMs,
      List<EvidenceView> evidence) {
    public VoteView {
      evidence = evidence == null ? List.of() : List.copyOf(evidence);
    }
  }

  /** How an edge follows. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record EdgeView(
      String edge, String region, String primary, boolean held, String problem) {}

  /** What a sentinel found on one of its ways to the primary. */
  public record EvidenceView(String channel, String finding) {}

  /** The last failover or switchover; times are wall-clock ms since 1970, 0 when not reached. */
  public record FailoverView(
      long id,
      String decision,
      String cause,
      String from,
      String to,
      long epoch,
      @JsonProperty("verdict_at_epoch_ms") long verdictAt,
      @JsonProperty("fenced_at_epoch_ms") long fencedAt,
      @JsonProperty("promoted_at_epoch_ms") long promotedAt,
      @JsonProperty("established_at_epoch_ms") long establishedAt) {}
}
