package io.conclave.simulator.exhaustive;

/** How much of the {@link Bounds} a history has used. */
record Spent(
    int claims,
    int verdicts,
    int lates,
    int kills,
    int startsByHand,
    int agentRestarts,
    int cuts,
    int switchovers,
    int unavailable,
    int lostDisks,
    int pauses) {
  static final Spent NOTHING = new Spent(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** One kind of event that is bounded. */
  enum Kind {
    CLAIM,
    VERDICT,
    LATE,
    KILL,
    START_BY_HAND,
    AGENT_RESTART,
    CUT,
    SWITCHOVER,
    UNAVAILABLE,
    LOST_DISK,
    PAUSE
  }

  Spent and(Kind kind) {
    return new Spent(
        claims + one(kind, Kind.CLAIM),
        verdicts + one(kind, Kind.VERDICT),
        lates + one(kind, Kind.LATE),
        kills + one(kind, Kind.KILL),
        startsByHand + one(kind, Kind.START_BY_HAND),
        agentRestarts + one(kind, Kind.AGENT_RESTART),
        cuts + one(kind, Kind.CUT),
        switchovers + one(kind, Kind.SWITCHOVER),
        unavailable + one(kind, Kind.UNAVAILABLE),
        lostDisks + one(kind, Kind.LOST_DISK),
        pauses + one(kind, Kind.PAUSE));
  }

  private static int one(Kind kind, Kind counted) {
    return kind == counted ? 1 : 0;
  }

  boolean allows(Bounds bounds, Kind kind) {
    return switch (kind) {
      case CLAIM -> claims < bounds.claims();
      case VERDICT -> verdicts < bounds.verdicts();
      case LATE -> lates < bounds.lates();
      case KILL -> kills < bounds.kills();
      case START_BY_HAND -> startsByHand < bounds.startsByHand();
      case AGENT_RESTART -> agentRestarts < bounds.agentRestarts();
      case CUT -> cuts < bounds.cuts();
      case SWITCHOVER -> switchovers < bounds.switchovers();
      case UNAVAILABLE -> unavailable < bounds.unavailable();
      case LOST_DISK -> lostDisks < bounds.lostDisks();
      case PAUSE -> pauses < bounds.pauses();
    };
  }
}
