package io.conclave.wire;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.conclave.core.SwitchoverReply;
import io.conclave.core.Task;
import io.conclave.core.decision.Decision;
import java.util.Arrays;

/**
 * Teaches Jackson the sealed interfaces of the core, which carry no annotations of their own: the wire names the record by
 * its simple name. Named in {@code akka.serialization.jackson.jackson-modules}.
 */
public final class WireModule extends SimpleModule {
  private static final long serialVersionUID = 1;

  public WireModule() {
    super("conclave-wire");
    sealed(Task.class);
    sealed(SwitchoverReply.class);
    sealed(Decision.class);
  }

  private void sealed(Class<?> type) {
    setMixInAnnotation(type, Named.class);
    Arrays.stream(type.getPermittedSubclasses())
        .forEach(
            permitted -> registerSubtypes(new NamedType(permitted, permitted.getSimpleName())));
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  private interface Named {}
}
