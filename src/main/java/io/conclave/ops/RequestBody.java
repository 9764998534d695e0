package io.conclave.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.conclave.text.DurationText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The body of a request that has a few keys, or none: empty, {@code {}} or {@code {"target": "eu-db-1"}}. Anything else is
 * an error: a misspelt key must not become a request for something else.
 */
final class RequestBody {
  private final JsonNode json;

  private RequestBody(JsonNode json) {
    this.json = json;
  }

  /** A body that cannot be understood; the message tells what is right. */
  static final class WrongBodyException extends Exception {
    private static final long serialVersionUID = 1;

    WrongBodyException(String message) {
      super(message);
    }
  }

  /**
   * @param form what the body may look like, for people
   * @param keys that it may have
   * @throws WrongBodyException when it has another form, or another key
   */
  static RequestBody of(byte[] body, String form, String... keys) throws WrongBodyException {
    if (new String(body, StandardCharsets.UTF_8).isBlank()) {
      return new RequestBody(JsonNodeFactory.instance.objectNode());
    }
    JsonNode json = parse(body);
    if (!json.isObject()) {
      throw new WrongBodyException("the body must be " + form);
    }
    List<String> known = List.of(keys);
    for (Iterator<String> found = json.fieldNames(); found.hasNext(); ) {
      String key = found.next();
      if (!known.contains(key)) {
        throw new WrongBodyException(
            "unknown key '%s': it must be one of %s".formatted(key, String.join(", ", known)));
      }
    }
    return new RequestBody(json);
  }

  /**
   * @param known the values there are
   * @return the value of the key; empty when the body says nothing
   * @throws WrongBodyException when it is a value that is not there
   */
  Optional<String> name(String key, Collection<String> known) throws WrongBodyException {
    Optional<JsonNode> value = value(key);
    return value.isEmpty() ? Optional.empty() : Optional.of(oneOf(value.get(), key, known));
  }

  /**
   * @return the value of the key, a number of ms or a text such as 1s; empty when the body says nothing
   * @throws WrongBodyException when it is no duration, or not within these bounds
   */
  Optional<Duration> duration(String key, Duration least, Duration most) throws WrongBodyException {
    Optional<JsonNode> value = value(key);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    Optional<Duration> duration = duration(value.get())
        .filter(given -> given.compareTo(least) >= 0 && given.compareTo(most) <= 0);
    if (duration.isEmpty()) {
      throw new WrongBodyException(
          "'%s' is %s: it must be a duration from %d ms to %d s, as a number of ms or such as \"500ms\" or \"1s\""
              .formatted(key, value.get(), least.toMillis(), most.toSeconds()));
    }
    return duration;
  }

  private static Optional<Duration> duration(JsonNode value) {
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      return Optional.of(Duration.ofMillis(value.longValue()));
    }
    return value.isTextual() ? DurationText.parse(value.textValue()) : Optional.empty();
  }

  private Optional<JsonNode> value(String key) {
    return Optional.of(json.path(key)).filter(value -> !value.isMissingNode() && !value.isNull());
  }

  private static JsonNode parse(byte[] body) throws WrongBodyException {
    try {
      return Json.MAPPER.readTree(body);
    } catch (IOException e) {
      throw new WrongBodyException(
          "the body is not JSON: " + e.getMessage().lines().findFirst().orElse(""));
    }
  }

  private static String oneOf(JsonNode value, String key, Collection<String> known)
      throws WrongBodyException {
    return known.stream()
        .filter(name -> value.isTextual() && name.equals(value.asText()))
        .findFirst()
        .orElseThrow(() -> new WrongBodyException(
            "'%s' is %s: it must be one of %s".formatted(key, value, String.join(", ", known))));
  }
}
