package io.conclave.register;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.conclave.wire.WireModule;

/** How one sentinel tells its replica to another: the body of GET /conclave/register. */
final class ReplicaJson {
  private static final JsonMapper MAPPER = JsonMapper.builder()
      .addModule(new Jdk8Module())
      .addModule(new WireModule())
      // A newer host may say more; what is missing would be a promise forgotten.
      .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
      .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
      .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
      .build();

  private ReplicaJson() {}

  static String write(Replica replica) {
    try {
      return MAPPER.writeValueAsString(replica);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + replica, e);
    }
  }

  /**
   * @throws IllegalArgumentException when this is no replica
   */
  static Replica read(String json) {
    try {
      Replica replica = MAPPER.readValue(json, Replica.class);
      if (replica == null) {
        throw new IllegalArgumentException("it answers what is no replica: null");
      }
      return replica;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "it answers what is no replica: " + e.getOriginalMessage(), e);
    }
  }
}
