package io.conclave.mutation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Every rule of the protocol whose absence is known to lose data, taken away one at a time. */
final class Mutations {
  private static final String CORE = "io.conclave.core.";
  private static final String FAILOVER = CORE + "failover.";
  private static final String AGENT = CORE + "agent.";
  private static final String EDGE = CORE + "edge.";
  private static final String SIMULATOR = "io.conclave.simulator.";
  private static final String OWN_TIMELINE = "each epoch has a timeline of its own";
  private static final String SMALL = SIMULATOR + "exhaustive.";

  private final List<Mutation> all = new ArrayList<>();

  private Mutations() {
    fences();
    attempts();
    orders();
    register();
    agents();
    syncSets();
    rebuilds();
    edges();
  }

  static List<Mutation> all() {
    return List.copyOf(new Mutations().all);
  }

  private static Patch in(String type, String text, String replacement) {
    return new Patch(type, text, replacement);
  }

  private void add(String name, String rule, List<String> exhaustive, Patch... patches) {
    all.add(new Mutation(name, rule, List.of(patches), exhaustive, Optional.empty()));
  }

  /** One half of a rule whose other half holds by itself. */
  private void half(
      String name, String rule, String guard, List<String> exhaustive, Patch... patches) {
    all.add(new Mutation(name, rule, List.of(patches), exhaustive, Optional.of(guard)));
  }

  /** A rule about histories that share a number: none do, and both are taken away for it to be missed. */
  private void besideOwnTimelines(String name, String rule, Patch... patches) {
    half(name + "-alone", rule, OWN_TIMELINE, List.of(), patches);
    List<Patch> both = new ArrayList<>(epochsShareTimelines());
    both.addAll(List.of(patches));
    add(name, rule + "; " + OWN_TIMELINE, List.of(), both.toArray(Patch[]::new));
  }

  // Fence and choice.

  private void fences() {
    add(
        "one-fence-too-few",
        "N - k + 1 members of S are fenced",
        List.of("failover"),
        in(CORE + "SyncSet", "return members.size() - k + 1;", "return members.size() - k;"));
    add(
        "no-succession",
        "a fence quorum of every configuration begun since the established one",
        List.of("two-failovers"),
        in(
            FAILOVER + "FenceRule",
            "register.active().stream().allMatch(configuration -> isQuorum(configuration, fenced))",
            "register.newest().stream().allMatch(configuration -> isQuorum(configuration,"
                + " fenced))"),
        in(
            FAILOVER + "FenceRule",
            "return register.active().stream() .allMatch(configuration -> coversQuorumOfMembers",
            "return register.newest().stream().allMatch(configuration -> coversQuorumOfMembers"));
    add(
        "choice-by-position-alone",
        "an epoch outranks any position",
        List.of("begun"),
        in(
            FAILOVER + "FenceRule",
            "return byEpoch != 0 ? byEpoch : Comparator.<Lsn>naturalOrder()",
            "return byEpoch == Integer.MIN_VALUE ? byEpoch : Comparator.<Lsn>naturalOrder()"));
    add(
        "any-fenced-node",
        "the most advanced fenced node is promoted",
        List.of("failover"),
        in(FAILOVER + "FenceRule", ".max(order)", ".min(order)"),
        in(
            FAILOVER + "FenceRule",
            "filter(best -> holdsEveryAcknowledgedCommit(best.getValue(), register, fenced))",
            "filter(best -> true || holdsEveryAcknowledgedCommit(best.getValue(), register,"
                + " fenced))"));
    add(
        "prefix",
        "S and Follow only for nodes whose WAL is a prefix; rows by a query and not by position",
        List.of("failed-over"),
        in(
            CORE + "Prefix",
            "return Relation.UNRELATED; } for (int i = history.size() - 1;",
            "return Relation.UNRELATED; } if (end != null) { return Relation.PREFIX; } for (int i ="
                + " history.size() - 1;"),
        in(
            FAILOVER + "Tending",
            "&& standby.shows(established) && Prefix.sharesRows(standby.history(), primary.history());",
            ";"),
        in(
            FAILOVER + "SyncSteps",
            ".map(NodeReport::barrier) .equals(Optional.of(Optional.of(step.barrier()))))",
            ".filter(r -> r.received().isAtLeast(turn.seen().report(turn.established().primary())"
                + ".map(NodeReport::position).orElse(io.conclave.core.Lsn.ZERO))).isPresent())"));
    add(
        "evidence-before-replay",
        "a fenced node answers once all that it received is replayed",
        List.of("replay"),
        in(
            AGENT + "FenceEvidence",
            "return upstreamGone && receiverGone && endReached;",
            "return upstreamGone && receiverGone;"));
    add(
        "fence-ignored-while-replay-is-paused",
        "a fence is seen to be in force: no receiver is left",
        List.of("paused"),
        in(
            AGENT + "FenceEvidence",
            "return upstreamGone && receiverGone && endReached;",
            "return upstreamGone && endReached;"));
  }

  // One ballot, one attempt.

  private void attempts() {
    Patch anyNumber = in(
        FAILOVER + "Turn",
        "fence -> fence.ballot().equals(order.ballot()) && fence.number() == order.number()",
        "fence -> fence.ballot().equals(order.ballot())");
    add(
        "one-ballot-many-attempts",
        "after a failover that was called off the next attempt claims a new ballot",
        List.of("called-off"),
        in(
            FAILOVER + "Attempts",
            "turn.noAttempt(); turn.claim(); } static void insistOnFences",
            "turn.noAttempt(); turn.enter(Phase.STEADY); } static void insistOnFences"),
        in(
            FAILOVER + "Failover",
            "\"the primary is healthy after all and nothing was begun: call it off\", CLAIMING",
            "\"the primary is healthy after all and nothing was begun: call it off\", STEADY"),
        anyNumber);
    add(
        "many-begins-for-a-ballot",
        "after a promotion that failed the next attempt claims a new ballot",
        List.of(),
        in(
            FAILOVER + "Promotions",
            "turn.noAttempt(); } turn.claim(); }",
            "turn.noAttempt(); } turn.enter(Phase.FENCING); }"),
        in(
            FAILOVER + "Failover",
            "\"the candidate did not make it: the next attempt needs a fresh ballot\", CLAIMING",
            "\"the candidate did not make it: the next attempt needs a fresh ballot\", FENCING"),
        in(
            AGENT + "PromotionRule",
            "return !history.isEmpty() && history",
            "return history.isEmpty() || !history.isEmpty() || history"),
        anyNumber);
    besideOwnTimelines(
        "promoted-twice",
        "a configuration is promoted once at most",
        in(AGENT + "PromotionRule", "return !inRecovery;", "return true;"));
    add(
        "promotion-without-register",
        "Promote comes after a majority holds the begun configuration",
        List.of("failover"),
        in(
            FAILOVER + "Attempts",
            "turn.write(turn.register().begin(next));",
            "turn.write(turn.register().begin(next)); turn.give(candidate, task);"));
  }

  /** In an attempt, and in one that a successor goes on with. */
  private static List<Patch> rejoinTowardsBegun() {
    Patch takeover = in(
        FAILOVER + "Promotions",
        "begun.sync().members().forEach(node -> turn.give(node, follow));",
        """
            begun.sync().members().forEach(node -> turn.give(node, follow));
                turn.rules.group().members().stream()
                    .map(Member::node)
                    .filter(node -> !begun.sync().contains(node) && !begun.primary().equals(node))
                    .forEach(node -> turn.give(node, new Task.Rejoin(
                        Attempts.source(turn, begun.primary(), candidate.systemIdentifier(), history))));
            """);
    return List.of(takeover, rejoinWithFollow());
  }

  private static Patch rejoinWithFollow() {
    return in(
        FAILOVER + "Attempts",
        ".ifPresent(evidence -> followEarly(turn, begun, fenced, evidence)); }",
        """
            .ifPresent(evidence -> followEarly(turn, begun, fenced, evidence));
                turn.rules.group().members().forEach(member -> {
                  if (fenced.containsKey(begun.primary()) && !begun.sync().contains(member.node())
                      && !begun.primary().equals(member.node())) {
                    turn.give(member.node(), new Task.Rejoin(source(turn, begun.primary(), 42,
                        plannedHistory(turn, begun.primary(), fenced.get(begun.primary()),
                            begun.epoch(), begun.promotion()))));
                  }
                });
              }
            """);
  }

  // Orders and promises.

  private void orders() {
    add(
        "lower-ballots-obeyed",
        "an agent refuses ballots below its promise",
        List.of("two-coordinators"),
        in(AGENT + "Obedience", "if (byBallot > 0 ||", "if (byBallot != 0 ||"));
    add(
        "numbers-ignored",
        "an agent refuses lower numbers of its ballot",
        List.of("failover"),
        in(
            AGENT + "Obedience",
            "(byBallot == 0 && byNumber > 0)",
            "(byBallot == 0 && byNumber != 0)"));
    add(
        "promise-forgotten",
        "a promise is on disk before it is acted on",
        List.of("agent-restarts"),
        in(AGENT + "PromiseBook", "disk.accept(next);", ""));
    add(
        "fence-answered-from-the-file",
        "an agent that has restarted carries out the promised order again, and a fence looks again",
        List.of("one-agent-restarts"),
        in(AGENT + "Obedience", "return knowsIt ? ANSWER_AGAIN : OBEY;", "return ANSWER_AGAIN;"),
        in(
            SMALL + "Agent",
            "edit.order = OrderStatus.NONE;",
            "edit.order = new OrderStatus(node.kept().ballot(), node.kept().number(),"
                + " Outcome.DONE, \"\");"),
        in(
            SMALL + "Agent",
            "edit.fenced = Optional.<Fenced>empty();",
            "edit.fenced = node.role() == Role.STANDBY ? FenceEvidence.ofStandby("
                + "node.kept().ballot(), node.kept().number(), node.wal().history(),"
                + " node.timeline(), node.wal().end(), Optional.empty()) : Optional.empty();"));
  }

  // The register.

  private void register() {
    add(
        "register-not-rewritten",
        "a claim writes the record it has read under its own ballot",
        List.of("register"),
        in(
            CORE + "register.Request",
            "new Next.Update(new Request(Stage.REWRITING, ballot, seen.record().under(ballot)));",
            "new Next.Claimed(ballot, seen.record().under(ballot));"));
    add(
        "ballot-not-read-back",
        "every write is followed by reading the ballot back",
        List.of("register"),
        in(
            CORE + "register.Request",
            "case REWRITING -> new Next.Read(at(Stage.READING_REWRITTEN));",
            "case REWRITING -> new Next.Claimed(ballot, record);"),
        in(
            CORE + "register.Request",
            "case WRITING -> new Next.Read(at(Stage.READING_WRITTEN));",
            "case WRITING -> new Next.Written(record.version());"));
    add(
        "sync-set-ballot-not-read-back",
        "the write of a sync set is followed by reading the ballot back",
        List.of("shrunk-two"),
        syncSetWritesTold().toArray(Patch[]::new));
    add(
        "minority-write",
        "a write counts once a majority of the configured sentinels has it",
        List.of("register"),
        in(CORE + "Sentinels", "return seats.size() / 2 + 1;", "return (seats.size() + 1) / 4;"));
    add(
        "lost-disk-takes-part",
        "a sentinel that has lost its disk waits for enough others",
        List.of("lost-disk"),
        in(
            CORE + "register.AdmissionRule",
            "if (others.stream().filter(Other::complete).count() >= needed) {",
            "if (needed >= 0) {"));
  }

  /** A record does not say what it is written for, so here its version does: odd for a sync set, even for the rest. */
  private static List<Patch> syncSetWritesTold() {
    String record = CORE + "RegisterRecord";
    return List.of(
        in(
            record,
            "version + 1, established.map(current -> current.withSync(sync))",
            "(version / 2 + 1) * 2 + 1, established.map(current -> current.withSync(sync))"),
        in(
            record,
            "version + 1, established, longer",
            "(version / 2 + 1) * 2, established, longer"),
        in(
            record,
            "version + 1, Optional.of(begun.get(i))",
            "(version / 2 + 1) * 2, Optional.of(begun.get(i))"),
        in(
            record,
            "otherVersion + 1, established, begun",
            "otherVersion + 2 - (otherVersion + version) % 2, established, begun"),
        in(
            CORE + "register.Request",
            "case WRITING -> new Next.Read(at(Stage.READING_WRITTEN));",
            "case WRITING -> record.version() % 2 == 1 ? new Next.Written(record.version()) : new"
                + " Next.Read(at(Stage.READING_WRITTEN));"));
  }

  // Gate and epoch row.

  private void agents() {
    add(
        "gate-open-before-established",
        "a candidate's gate is closed until its epoch is established",
        List.of("gate"),
        in(AGENT + "PromotionRule", "return Gate.CLOSED;", "return Gate.OPEN;"));
    Patch held =
        in(AGENT + "GateRule", "return standby ? Optional.empty() : reason;", "return reason;");
    half(
        "standby-held-alone",
        "of a standby nothing is held",
        "a standby's gate that did not open is tried again, whatever is held",
        List.of(),
        held);
    add(
        "standby-held",
        "of a standby nothing is held, and its gate is tried again",
        List.of(),
        held,
        in(
            SIMULATOR + "AgentGate",
            "if (wanted && reported() != Gate.OPEN) {",
            "if (wanted && reported() == null) {"));
    add(
        "emptied-in-isolation",
        "synchronous_standby_names is never emptied to get an isolated primary going",
        List.of(),
        in(
            SIMULATOR + "AgentGate",
            "held = Optional.of(reason); long since",
            "held = Optional.of(reason); server.syncOnDisk = io.conclave.core.SyncSetting.FREE;"
                + " server.commits.reload(); long since"));
  }

  // The sync set.

  private void syncSets() {
    add(
        "setting-shown-is-enough",
        "a setting that lets commits wait is in force once the checkpointer has taken it",
        List.of(),
        in(
            AGENT + "Arming",
            "return setting.count() == 0 || known || checkpointerHeeds;",
            "return true;"));
    add(
        "armed-for-ever",
        "after an empty setting nothing is known of whether commits wait",
        List.of(),
        in(
            AGENT + "Arming",
            "public Arming<P> writing(SyncSetting setting) { return setting.count() == 0 ? unknown() : this; }",
            "public Arming<P> writing(SyncSetting setting) { return this; }"),
        in(
            AGENT + "Arming",
            "return setting.count() == 0 ? unknown() : new Arming<>(Optional.of(running));",
            "return new Arming<>(Optional.of(running));"));
    add(
        "shrink-register-first",
        "a smaller S is in force in the server before the register has it",
        List.of("sync-set"),
        in(
            FAILOVER + "SyncPlan",
            "return widens ? Direction.REGISTER_FIRST : Direction.SERVER_FIRST;",
            "return Direction.REGISTER_FIRST;"));
    add(
        "grow-server-first",
        "a greater S is in the register before it is in the server",
        List.of("shrunk"),
        in(
            FAILOVER + "SyncPlan",
            "return widens ? Direction.REGISTER_FIRST : Direction.SERVER_FIRST;",
            "return Direction.SERVER_FIRST;"));
    add(
        "shrink-without-barrier",
        "k members of a smaller S show a barrier row before the register has it",
        List.of("sync-set"),
        in(
            FAILOVER + "SyncSteps",
            "enter(turn, step.at(Stage.BARRIER));",
            "enter(turn, step.at(Stage.WRITING));"));
    add(
        "setting-found-is-enough",
        "only an own order justifies a smaller S in the register",
        List.of("grown"),
        in(
            FAILOVER + "SyncSteps",
            "if (turn.isDone(turn.established().primary(), apply(turn, step))) {",
            "if (turn.isDone(turn.established().primary(), apply(turn, step))"
                + " || turn.fresh(turn.established().primary()).flatMap(NodeReport::sync)"
                + ".equals(java.util.Optional.of(turn.rules.settingOf(step.change().to())))) {"));
    joiners();
    add(
        "k-and-s-at-once",
        "S and k never change in one step",
        List.of(),
        in(
            FAILOVER + "SyncPlan",
            "return step(current, new SyncSet(staying, current.k()));",
            "return step(current, SyncSet.majorityOf(staying));"));
  }

  private void joiners() {
    Patch noBarrier = in(
        FAILOVER + "SyncSteps",
        ": change.joiners().isEmpty() ? Stage.WRITING : Stage.CATCHING_UP;",
        ": Stage.WRITING;");
    Patch anyHistory = in(
        FAILOVER + "Tending",
        "&& standby.rebuilding().isEmpty() && standby.shows(established)"
            + " && Prefix.sharesRows(standby.history(), primary.history());",
        "&& standby.rebuilding().isEmpty();");
    Patch unbound = in(
        FAILOVER + "SyncSteps",
        "return turn.lastOrder(node) .filter(order -> order.task() instanceof Task.Follow) .isPresent() &&",
        "return node != null ||");
    add(
        "joiner-not-caught-up",
        "a joiner of S shows the epoch, no other past, and a barrier row first",
        List.of("beside"),
        noBarrier,
        anyHistory,
        unbound);
    half(
        "joiner-without-barrier",
        "a joiner of S shows a barrier row first",
        "it shows the epoch and no other past",
        List.of("beside", "shrunk"),
        noBarrier,
        unbound);
    half(
        "joiner-by-barrier-alone",
        "a joiner of S shows the epoch and no other past",
        "it shows a barrier row first",
        List.of("beside", "shrunk"),
        anyHistory,
        unbound);
    add(
        "joins-while-rejoining",
        "a joiner of S was ordered to follow, and does: an order to rejoin is void",
        List.of("rejoined"),
        unbound);
  }

  // Rebuilds.

  private void rebuilds() {
    add(
        "rejoin-towards-a-begun-configuration",
        "a node is rebuilt only while the configuration is established",
        List.of("candidate"),
        rejoinTowardsBegun().toArray(Patch[]::new));
    List<Patch> counts = rebuildingCounts();
    half(
        "rebuilding-counts-alone",
        "a node that is being rebuilt never counts",
        "no node is rebuilt that an active configuration names",
        List.of("candidate", "rejoined", "rejoin"),
        counts.toArray(Patch[]::new));
    List<Patch> both = new ArrayList<>(counts);
    both.addAll(rejoinTowardsBegun());
    both.add(in(
        SMALL + "Moves",
        "if (after.role() == Role.ABSENT && before.role() != Role.ABSENT) {",
        "if (before == null) {"));
    both.add(in(SIMULATOR + "AgentRejoin", "world.invariants.marked(server);", ""));
    add(
        "rebuilding-counts",
        "a node that is being rebuilt never counts, and is named by no active configuration",
        List.of("candidate"),
        both.toArray(Patch[]::new));
    add(
        "epochs-share-timelines",
        OWN_TIMELINE,
        List.of(),
        epochsShareTimelines().toArray(Patch[]::new));
    besideOwnTimelines(
        "other-pasts",
        "all epoch rows that both know are the same, and not the newest alone",
        otherPasts());
    besideOwnTimelines(
        "equal-timelines-rewound",
        "pg_rewind is not trusted with equal timelines",
        in(
            AGENT + "RejoinRule",
            "row.timeline() > highestTimeline",
            "row.timeline() >= highestTimeline"),
        in(AGENT + "RejoinRule", "return foundSomethingToDo;", "return true;"),
        otherPasts());
    besideOwnTimelines(
        "stray-timeline",
        "a stopped node with WAL of a promotion whose row it never showed does not follow",
        in(
            AGENT + "RejoinRule",
            "boolean stray = newest.filter(row -> timeline > row.timeline()).isPresent();",
            "boolean stray = timeline < 0;"));
    add(
        "record-cut-by-the-fork",
        "both: a stopped primary follows only when the source has its last record whole, and one that ends beside the history"
            + " is rebuilt",
        List.of(),
        in(AGENT + "RejoinRule", "new Lsn(checkpoint.bytes() + 1)", "checkpoint"),
        in(
            FAILOVER + "Tending",
            "return beyond || !Prefix",
            "return (beyond && primary == null) || !Prefix"));
  }

  /** PostgreSQL's choice: the number after the newest that it knows. */
  private static List<Patch> epochsShareTimelines() {
    return List.of(
        in(
            CORE + "Task",
            "base.timeline() + configuration.epoch() - base.epoch()",
            "base.timeline() + 1L"),
        in(
            AGENT + "PromotionRule",
            "return inRecovery ? newest < timeline : newest == timeline;",
            "return true;"));
  }

  /** In the coordinator, in what an agent reports, and in what a fence does; in both models. */
  private static List<Patch> rebuildingCounts() {
    return List.of(
        in(
            FAILOVER + "Turn",
            ".filter(report -> report.rebuilding().isEmpty()) .flatMap(NodeReport::fenced)",
            ".flatMap(NodeReport::fenced)"),
        in(
            SMALL + "SmallWorld",
            "node.promise().rebuilding().isPresent() ? Optional.empty() : node.fenced(),",
            "node.fenced(),"),
        in(
            SMALL + "Agent",
            "if (edit.promise.rebuilding().isPresent() || edit.role == Role.ABSENT) { return Outcome.DONE; }",
            "edit.clean = edit.clean || edit.role == Role.ABSENT;"),
        in(SIMULATOR + "Agent", "isRebuilding() ? Optional.empty() : fenced,", "fenced,"),
        in(
            SIMULATOR + "AgentFence",
            "if (agent.isRebuilding()) { tasks.done(\"promised; being rebuilt\"); } else"
                + " if (!server.exists)",
            "if (!server.exists)"),
        in(
            SIMULATOR + "AgentTasks",
            "boolean fencing = order.task() instanceof Task.Fence; boolean rebuilding = busy",
            "boolean fencing = order.task() instanceof Task.Fence; boolean rebuilding = !busy"));
  }

  private static Patch otherPasts() {
    return in(
        CORE + "Prefix",
        "if (own.isEmpty() || source.isEmpty()) { return true; }",
        "if (own != null || source.isEmpty()) { return true; }");
  }

  // Edges.

  private void edges() {
    add(
        "old-primary-not-barred",
        "an edge bars who was primary, or says that it is, until that one is heard as a standby",
        List.of(),
        in(
            EDGE + "EdgeState",
            ".ifPresent(was -> next.put(was, Standing.BARRED));",
            ".ifPresent(was -> {});"),
        in(
            EDGE + "EdgeState",
            "boolean foreign = report.server() == ServerState.PRIMARY && !expected;",
            "boolean foreign = false;"));
    add(
        "older-topology-believed",
        "an edge goes by the newest topology",
        List.of(),
        in(
            EDGE + "EdgeState",
            "if (other || topology.filter(known -> known.supersedes(word)).isPresent())",
            "if (other)"),
        in(
            EDGE + "EdgeState",
            "if (topology.filter(known -> !word.supersedes(known)).isPresent())",
            "if (topology.filter(word::equals).isPresent())"));
  }
}
