package io.conclave.chaos;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * What became of the idle clients of PgBouncer.
 *
 * @param disconnected how many lost their session
 * @param disconnectedIdle those of them who had no statement under way
 * @param serverSessions how many sessions the primary had in the application's database at the end, of PgBouncer and of the load; null
 *     when it was not asked
 */
@JsonPropertyOrder({"clients", "disconnected", "disconnected_idle", "server_sessions"})
record CrowdSeen(
    int clients,
    int disconnected,
    @JsonProperty("disconnected_idle") int disconnectedIdle,
    @JsonProperty("server_sessions") Integer serverSessions) {}
