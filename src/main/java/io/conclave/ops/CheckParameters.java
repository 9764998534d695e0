package io.conclave.ops;

import io.conclave.core.check.ByteCount;
import io.conclave.core.check.Check;
import io.conclave.core.check.CheckRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The query of a health check. What is not known here is ignored, as Patroni does. */
final class CheckParameters {
  private static final String TAG = "tag_";

  private CheckParameters() {}

  /**
   * @throws WrongParameterException when a known parameter has a wrong value
   */
  static CheckRequest of(Check check, Map<String, List<String>> parameters)
      throws WrongParameterException {
    if (parameters.isEmpty()) {
      return CheckRequest.of(check);
    }
    Optional<String> lag = value(parameters, "lag");
    Optional<Long> lagBytes = lag.flatMap(ByteCount::parse);
    if (lag.isPresent() && lagBytes.isEmpty()) {
      throw new WrongParameterException(
          "lag '%s' is wrong: it must be a number of bytes or, for example, 16kB, 64MB, 1GB"
              .formatted(lag.get()));
    }
    Optional<String> mode = value(parameters, "mode");
    if (mode.filter(other -> !other.equals("apply") && !other.equals("write")).isPresent()) {
      throw new WrongParameterException(
          "mode '%s' is wrong: it must be apply or write".formatted(mode.get()));
    }
    Optional<String> state = value(parameters, "replication_state");
    return new CheckRequest(
        check,
        lagBytes,
        mode.filter("write"::equals).isPresent(),
        state.isPresent(),
        unmet(parameters, state));
  }

  private static Optional<String> unmet(
      Map<String, List<String>> parameters, Optional<String> state) {
    return parameters.keySet().stream()
        .filter(name -> name.startsWith(TAG))
        .findFirst()
        .map(name -> "nodes have no tags here, and the request has " + name)
        .or(() -> state
            .filter(other -> !other.equals("streaming"))
            .map(other -> "no standby is ever in replication state '%s' here".formatted(other)));
  }

  /** One of several, if somebody gives several. */
  private static Optional<String> value(Map<String, List<String>> parameters, String name) {
    List<String> values = parameters.getOrDefault(name, List.of());
    return values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
  }

  /** A parameter has a value that nothing can be made of. */
  static final class WrongParameterException extends Exception {
    private static final long serialVersionUID = 1;

    WrongParameterException(String message) {
      super(message);
    }
  }
}
