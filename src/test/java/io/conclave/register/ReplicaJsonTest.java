package io.conclave.register;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.NodeId;
import io.conclave.core.RegisterRecord;
import io.conclave.core.SyncSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A replica as one sentinel tells it to another. */
class ReplicaJsonTest {
  @Test
  void comesBackEqual() {
    Configuration established = configuration(Long.MAX_VALUE - 1, "us-db-1", "eu-db-1", "ap-db-1");
    Configuration begun = configuration(Long.MAX_VALUE, "eu-db-1", "ap-db-1");
    RegisterRecord record = new RegisterRecord(
        new Ballot(7, UUID.randomUUID()), 9, Optional.of(established), List.of(begun, begun));
    RegisterCell cell = new RegisterCell(new Ballot(8, UUID.randomUUID()), record);
    Replica replica = new Replica(
        "cell",
        new HostId("us-1"),
        true,
        List.of(
            new Replica.Entry(new GroupId("main"), cell),
            new Replica.Entry(new GroupId("other"), RegisterCell.EMPTY)));
    assertEquals(replica, ReplicaJson.read(ReplicaJson.write(replica)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>",
        "null",
        "{}",
        "{\"cell\":\"c\",\"host\":\"us-1\",\"complete\":true}",
        "{\"cell\":\"c\",\"host\":{\"value\":\"us-1\"},\"complete\":true,\"cells\":[{\"group\":{\"value\":\"main\"}}]}",
        "{\"cell\":\"c\",\"host\":{\"value\":\"us-1\"},\"complete\":null,\"cells\":[]}"
      })
  void whatIsNoReplicaIsRefused(String json) {
    assertThrows(IllegalArgumentException.class, () -> ReplicaJson.read(json));
  }

  private static Configuration configuration(long epoch, String primary, String... standbys) {
    return new Configuration(
        epoch,
        new NodeId(primary),
        SyncSet.majorityOf(List.of(standbys).stream().map(NodeId::new).toList()),
        UUID.randomUUID());
  }
}
