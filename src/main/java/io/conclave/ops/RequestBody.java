package io.conclave.ops;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Iterator;
import java.util.Optional;

/**
 * Reads the body of a request that has one key, or none: empty, {@code {}} or {@code {"target": "eu-db-1"}}. Anything else
 * is an error: a misspelt key must not become a request for something else.
 */
final class RequestBody {
  private RequestBody() {}

  /** A body that cannot be understood; the message tells what is right. */
  static final class WrongBodyException extends Exception {
    private static final long serialVersionUID = 1;

    WrongBodyException(String message) {
      super(message);
    }
  }

  /**
   * @param what kind of name the value is, for people
   * @param known the values there are
   * @return the value of the key; empty when the body says nothing
   * @throws WrongBodyException when the body has another form or names a value that is not there
   */
  static Optional<String> name(byte[] body, String key, String what, Collection<String> known)
      throws WrongBodyException {
    if (new String(body, StandardCharsets.UTF_8).isBlank()) {
      return Optional.empty();
    }
    JsonNode json = parse(body);
    if (!json.isObject()) {
      throw new WrongBodyException(
          "the body must be {} or {\"%s\": \"<%s>\"}".formatted(key, what));
    }
    for (Iterator<String> keys = json.fieldNames(); keys.hasNext(); ) {
      String found = keys.next();
      if (!found.equals(key)) {
        throw new WrongBodyException(
            "unknown key '%s': the only one is '%s'".formatted(found, key));
      }
    }
    JsonNode value = json.path(key);
    return value.isMissingNode() || value.isNull()
        ? Optional.empty()
        : Optional.of(oneOf(value, key, known));
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
