package io.conclave.ops;

import com.fasterxml.jackson.databind.JsonNode;
import io.conclave.core.GroupDefinition;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reads the body of a switchover request: empty, {@code {}} or {@code {"target": "eu-db-1"}}. Anything else is an error: a
 * misspelt key must not become a switchover to a node of the coordinator's choice.
 */
final class SwitchoverBody {
  private static final String TARGET = "target";

  private SwitchoverBody() {}

  /** A body that cannot be understood; the message tells what is right. */
  static final class WrongBodyException extends Exception {
    private static final long serialVersionUID = 1;

    WrongBodyException(String message) {
      super(message);
    }
  }

  /**
   * @return the node to become primary; empty when the coordinator is to choose
   * @throws WrongBodyException when the body has another form, or names a node that is not in the group
   */
  static Optional<NodeId> target(byte[] body, GroupDefinition group) throws WrongBodyException {
    if (new String(body, StandardCharsets.UTF_8).isBlank()) {
      return Optional.empty();
    }
    JsonNode json = parse(body);
    if (!json.isObject()) {
      throw new WrongBodyException("the body must be {} or {\"target\": \"<node>\"}");
    }
    for (Iterator<String> keys = json.fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      if (!key.equals(TARGET)) {
        throw new WrongBodyException(
            "unknown key '%s': the only one is '%s'".formatted(key, TARGET));
      }
    }
    JsonNode target = json.path(TARGET);
    return target.isMissingNode() || target.isNull()
        ? Optional.empty()
        : Optional.of(member(target, group));
  }

  private static JsonNode parse(byte[] body) throws WrongBodyException {
    try {
      return Json.MAPPER.readTree(body);
    } catch (IOException e) {
      throw new WrongBodyException(
          "the body is not JSON: " + e.getMessage().lines().findFirst().orElse(""));
    }
  }

  private static NodeId member(JsonNode target, GroupDefinition group) throws WrongBodyException {
    return group.members().stream()
        .map(Member::node)
        .filter(node -> target.isTextual() && node.value().equals(target.asText()))
        .findFirst()
        .orElseThrow(() -> new WrongBodyException("'%s' is %s: it must be one of %s"
            .formatted(
                TARGET,
                target,
                group.members().stream()
                    .map(member -> member.node().value())
                    .collect(Collectors.joining(", ")))));
  }
}
