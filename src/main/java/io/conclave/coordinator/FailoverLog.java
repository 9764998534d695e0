package io.conclave.coordinator;

import io.conclave.core.Configuration;
import io.conclave.core.FailoverSummary;
import io.conclave.core.failover.Effect.Milestone;
import io.conclave.core.failover.Effect.Remember;
import io.conclave.core.failover.GroupState;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Gathers the milestones of an attempt into one summary for people. */
final class FailoverLog {
  private final Map<Milestone, Long> times = new EnumMap<>(Milestone.class);
  private final Map<Milestone, String> details = new EnumMap<>(Milestone.class);
  private Optional<Configuration> left = Optional.empty();
  private Optional<FailoverSummary> last = Optional.empty();

  Optional<FailoverSummary> last() {
    return last;
  }

  /**
   * @param state after the step that led to the milestone
   * @param nowEpochMs wall clock, ms since 1970
   */
  void remember(Remember milestone, GroupState state, long nowEpochMs) {
    switch (milestone.milestone()) {
      case VERDICT, SWITCHOVER -> begin(milestone, state, nowEpochMs);
      case FENCED, PROMOTED -> note(milestone, nowEpochMs);
      case ESTABLISHED -> {
        note(milestone, nowEpochMs);
        last = state.register().newest().or(state::established).map(this::summary);
      }
      case BEGUN, CALLED_OFF, SYNC_SET_CHANGED, FORMED -> {
        // Logged only.
      }
    }
  }

  private void begin(Remember milestone, GroupState state, long nowEpochMs) {
    times.clear();
    details.clear();
    left = state.established();
    note(milestone, nowEpochMs);
  }

  private void note(Remember milestone, long nowEpochMs) {
    times.put(milestone.milestone(), nowEpochMs);
    details.put(milestone.milestone(), milestone.detail());
  }

  private FailoverSummary summary(Configuration established) {
    boolean planned = times.containsKey(Milestone.SWITCHOVER);
    boolean verdict = times.containsKey(Milestone.VERDICT);
    return new FailoverSummary(
        planned ? "SWITCHOVER" : verdict ? "VERDICT" : "TAKEOVER",
        left.map(Configuration::primary),
        Optional.of(established.primary()),
        established.epoch(),
        times.getOrDefault(planned ? Milestone.SWITCHOVER : Milestone.VERDICT, 0L),
        times.getOrDefault(Milestone.FENCED, 0L),
        times.getOrDefault(Milestone.PROMOTED, 0L),
        times.getOrDefault(Milestone.ESTABLISHED, 0L),
        details.getOrDefault(Milestone.VERDICT, ""),
        details.getOrDefault(Milestone.FENCED, ""));
  }
}
