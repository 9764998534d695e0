package io.conclave.agent;

import io.conclave.core.Fenced;
import io.conclave.core.NodeReport.Problem;
import io.conclave.core.OrderStatus.Outcome;
import java.util.Optional;

/**
 * How a task ended on the server.
 *
 * @param detail for people; begins with the rung that was reached where the task is a ladder
 * @param fenced evidence, when the task gives some
 * @param problem diagnosis to report until something else happens to the node
 */
record Result(Outcome outcome, String detail, Optional<Fenced> fenced, Optional<Problem> problem) {
  static Result done(String detail) {
    return new Result(Outcome.DONE, detail, Optional.empty(), Optional.empty());
  }

  static Result fenced(Fenced evidence) {
    return new Result(
        Outcome.DONE, "fenced at " + evidence.position(), Optional.of(evidence), Optional.empty());
  }

  static Result refused(String detail) {
    return new Result(Outcome.REFUSED, detail, Optional.empty(), Optional.empty());
  }

  static Result refused(Problem.Kind kind, String detail) {
    return new Result(
        Outcome.REFUSED, detail, Optional.empty(), Optional.of(new Problem(kind, detail)));
  }

  static Result failed(String detail) {
    return new Result(Outcome.FAILED, detail, Optional.empty(), Optional.empty());
  }

  static Result failed(Problem.Kind kind, String detail) {
    return new Result(
        Outcome.FAILED, detail, Optional.empty(), Optional.of(new Problem(kind, detail)));
  }
}
