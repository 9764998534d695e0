package io.conclave.ops;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCode;
import akka.http.javadsl.model.StatusCodes;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.conclave.core.Ballot;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.Lsn;
import io.conclave.core.NodeId;
import io.conclave.core.Region;
import io.conclave.wire.WireModule;
import java.io.UncheckedIOException;
import java.util.List;

/** How views become bytes of a response. */
final class Json {
  static final JsonMapper MAPPER = JsonMapper.builder()
      .addModule(new Jdk8Module())
      .addModule(new WireModule())
      .addModule(names())
      .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
      .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .build();

  private Json() {}

  /** What people write as one word. */
  private static SimpleModule names() {
    SimpleModule module = new SimpleModule("conclave-names");
    List.of(NodeId.class, HostId.class, GroupId.class, Region.class, Lsn.class, Ballot.class)
        .forEach(type -> module.addSerializer(type, ToStringSerializer.instance));
    return module;
  }

  static HttpResponse ok(Object view) {
    return response(StatusCodes.OK, view);
  }

  static HttpResponse failure(StatusCode status, String reason) {
    return response(status, new View.Failure(status.reason(), reason));
  }

  static HttpResponse response(StatusCode status, Object view) {
    return HttpResponse.create()
        .withStatus(status)
        .withEntity(ContentTypes.APPLICATION_JSON, bytes(view));
  }

  private static byte[] bytes(Object view) {
    try {
      return MAPPER.writeValueAsBytes(view);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
