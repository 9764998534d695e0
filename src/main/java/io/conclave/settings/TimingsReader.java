package io.conclave.settings;

import io.conclave.core.Timings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** The timings: a profile, and single values over it. */
final class TimingsReader {
  private enum Profile {
    LAN(Timings.LAN),
    WAN(Timings.WAN);

    private final Timings timings;

    Profile(Timings timings) {
      this.timings = timings;
    }
  }

  /** The durations by their keys. */
  private static final Map<String, ToLongFunction<Timings>> DURATIONS = new LinkedHashMap<>();

  static {
    DURATIONS.put("report", Timings::reportMs);
    DURATIONS.put("probe", Timings::probeMs);
    DURATIONS.put("suspicion", Timings::suspicionMs);
    DURATIONS.put("stuck", Timings::stuckMs);
    DURATIONS.put("tick", Timings::tickMs);
    DURATIONS.put("order-retry", Timings::orderRetryMs);
    DURATIONS.put("register-timeout", Timings::registerTimeoutMs);
    DURATIONS.put("fence-deadline", Timings::fenceDeadlineMs);
    DURATIONS.put("promote-deadline", Timings::promoteDeadlineMs);
    DURATIONS.put("switchover-deadline", Timings::switchoverDeadlineMs);
    DURATIONS.put("switchover-budget", Timings::switchoverBudgetMs);
    DURATIONS.put("standby-grace", Timings::standbyGraceMs);
    DURATIONS.put("isolation", Timings::isolationMs);
    DURATIONS.put("stop", Timings::stopMs);
    DURATIONS.put("failover-window", Timings::failoverWindowMs);
  }

  private final Section section;
  private final Problems problems;
  private final Map<String, Long> millis = new LinkedHashMap<>();

  private TimingsReader(Section section, Problems problems) {
    this.section = section;
    this.problems = problems;
  }

  static Optional<Timings> read(Section section, Problems problems) {
    try (section) {
      return new TimingsReader(section, problems).read();
    }
  }

  private Optional<Timings> read() {
    Optional<Profile> profile = section.choice("profile", Profile.class, Profile.LAN);
    Timings base = profile.orElse(Profile.LAN).timings;
    DURATIONS.forEach((key, value) ->
        section.millis(key, value.applyAsLong(base)).ifPresent(given -> millis.put(key, given)));
    Optional<Integer> limit = section.integer("failover-limit", 1, 1000, base.failoverLimit());
    if (profile.isEmpty() || limit.isEmpty() || millis.size() < DURATIONS.size()) {
      return Optional.empty();
    }
    relations();
    return Optional.of(timings(limit.get()));
  }

  /** Contradictions: each would make the protocol wait for what cannot come, or act on what is normal. */
  private void relations() {
    atLeast("suspicion", 2, "probe", "one lost probe is not silence");
    atLeast("suspicion", 2, "report", "one lost report is not silence");
    atLeast(
        "stuck", 1, "suspicion", "a host that answers is given more time than one that does not");
    atLeast(
        "probe", 1, "tick", "the coordinator must look at its deadlines as often as news comes");
    atLeast("promote-deadline", 1, "fence-deadline", "a promotion takes longer than its fence");
    atLeast("switchover-deadline", 1, "fence-deadline", "a switchover contains a fence");
    atLeast("switchover-budget", 2, "tick", "the coordinator looks at it no more often");
    atLeast("isolation", 1, "suspicion", "a primary must not give up before the others have");
    atLeast("standby-grace", 2, "report", "one lost report must not change the sync set");
    below(
        "register-timeout",
        "fence-deadline",
        "a slow sentinel must not use up the time of the fence");
    below("order-retry", "fence-deadline", "a lost order must be sent again in time");
    below("promote-deadline", "failover-window", "failovers are counted within it");
  }

  private void atLeast(String key, int times, String other, String why) {
    if (millis.get(key) < times * millis.get(other)) {
      String factor = times == 1 ? "" : times + " times ";
      contradiction(key, other, "must be at least %s%s (%d ms): %s", factor, why);
    }
  }

  private void below(String key, String other, String why) {
    if (millis.get(key) >= millis.get(other)) {
      contradiction(key, other, "must be below %s%s (%d ms): %s", "", why);
    }
  }

  private void contradiction(String key, String other, String form, String factor, String why) {
    problems.error(
        section.path(key),
        millis.get(key) + " ms",
        form.formatted(factor, other, millis.get(other), why));
  }

  private Timings timings(int failoverLimit) {
    return new Timings(
        millis.get("report"),
        millis.get("probe"),
        millis.get("suspicion"),
        millis.get("stuck"),
        millis.get("tick"),
        millis.get("order-retry"),
        millis.get("register-timeout"),
        millis.get("fence-deadline"),
        millis.get("promote-deadline"),
        millis.get("switchover-deadline"),
        millis.get("switchover-budget"),
        millis.get("standby-grace"),
        millis.get("isolation"),
        millis.get("stop"),
        failoverLimit,
        millis.get("failover-window"));
  }
}
