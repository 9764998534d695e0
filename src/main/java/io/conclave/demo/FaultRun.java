package io.conclave.demo;

import io.conclave.cli.DemoFault;
import io.conclave.cli.StatusView.FailoverView;
import io.conclave.cli.StatusView.GroupView;
import io.conclave.workload.Ledger;
import io.conclave.workload.LedgerCheck;
import io.conclave.workload.StaleRead;
import io.conclave.workload.Workload;
import io.conclave.workload.WorkloadException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One fault from a whole group to a whole group, and what it has cost. */
final class FaultRun {
  private static final Duration WHOLE_LIMIT = Duration.ofMinutes(2);
  private static final Duration FAILOVER_LIMIT = Duration.ofSeconds(30);
  /** A host that was away gets the records of the others within a few rounds of 2 s. */
  private static final Duration RECORD_LIMIT = Duration.ofSeconds(15);

  private static final long STEADY_MS = 1500;
  private static final long WRITES_BEFORE_THAW_MS = 3000;

  private final Cell cell;
  private final Workload workload;
  private final FaultInjector injector;
  private final Optional<Together> together;
  private LedgerCheck before = new LedgerCheck(0, 0, 0, 0, 0, 0, 0, 0, List.of());

  /**
   * @param coordinatorToo whether the coordinator and the singleton are placed beside the primary before each fault
   */
  FaultRun(Cell cell, Workload workload, boolean coordinatorToo) {
    this.together = coordinatorToo ? Optional.of(new Together(cell)) : Optional.empty();
    this.cell = cell;
    this.workload = workload;
    this.injector = new FaultInjector(cell);
  }

  /**
   * Runs the fault once.
   *
   * @throws DemoException when the group does not fail over, or is not whole again in time
   */
  RunReport run(DemoFault fault)
      throws DemoException, IOException, InterruptedException, WorkloadException {
    GroupView whole = awaitWhole("whole before the fault");
    GroupView calm = together.isPresent() ? together.get().arrange(whole) : whole;
    awaitWrites(STEADY_MS);
    String oldPrimary = calm.primary();
    HostProcess victim = cell.hostOf(oldPrimary);
    RejoinTracker rejoin = new RejoinTracker(oldPrimary);
    cell.watch().listen(rejoin);
    try {
      Moment fault0 = injector.inject(fault, calm);
      GroupView failedOver = awaitFailoverAndWrites(fault, calm, victim);
      Moment possible = injector.repair(fault, victim);
      rejoin.begin(
          fault == DemoFault.FREEZE || fault == DemoFault.KILL_HOST
              ? possible
              : established(failedOver, fault0));
      GroupView after = awaitWhole("whole after the fault");
      awaitWrites(STEADY_MS);
      Moment staleSince = fault == DemoFault.FREEZE ? possible : fault0;
      return report(fault, calm, failedOver, after, victim, fault0, staleSince, rejoin);
    } finally {
      cell.watch().ignore(rejoin);
    }
  }

  private GroupView awaitWhole(String what) throws DemoException, InterruptedException {
    try {
      return cell.watch().await(what, WHOLE_LIMIT, Wholeness::whole);
    } catch (DemoException e) {
      throw new DemoException(e.getMessage() + cell.logs(), e);
    }
  }

  /** A host that was harmed in vain is let go, too: the next fault needs a whole group. */
  private GroupView awaitFailoverAndWrites(DemoFault fault, GroupView calm, HostProcess victim)
      throws DemoException, IOException, InterruptedException {
    try {
      GroupView failedOver = awaitFailover(fault, calm);
      awaitWrites(fault == DemoFault.FREEZE ? WRITES_BEFORE_THAW_MS : STEADY_MS / 3);
      return failedOver;
    } catch (DemoException e) {
      injector.repair(fault, victim);
      throw e;
    }
  }

  private GroupView awaitFailover(DemoFault fault, GroupView calm)
      throws DemoException, InterruptedException {
    GroupView failedOver = cell.watch()
        .await(
            "a failover after " + fault + " of " + calm.primary(),
            FAILOVER_LIMIT,
            g -> g.epoch() > calm.epoch() && g.established() && !calm.primary().equals(g.primary()),
            injector::refusal);
    return cell.watch()
        .await(
            "the record of epoch " + failedOver.epoch(),
            RECORD_LIMIT,
            g -> g.failover().filter(f -> f.epoch() >= failedOver.epoch()).isPresent());
  }

  /** Waits until writes are acknowledged so long after now. */
  private void awaitWrites(long ms) throws DemoException, InterruptedException {
    long then = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
    cell.watch()
        .awaitTrue(
            "acknowledged writes",
            FAILOVER_LIMIT,
            () -> workload.ledger().lastAcknowledgedNanos() - then > 0);
  }

  private static Moment established(GroupView group, Moment fault) {
    Long ms = group.failover().map(f -> fault.until(f.establishedAt())).orElse(null);
    return ms == null
        ? fault
        : new Moment(fault.nanos() + TimeUnit.MILLISECONDS.toNanos(ms), fault.epochMs() + ms);
  }

  private RunReport report(
      DemoFault fault,
      GroupView calm,
      GroupView failedOver,
      GroupView after,
      HostProcess victim,
      Moment fault0,
      Moment staleSince,
      RejoinTracker rejoin)
      throws WorkloadException {
    Ledger.Window window =
        workload.ledger().window(fault0.nanos() - TimeUnit.SECONDS.toNanos(1), System.nanoTime());
    List<StaleRead> stale = workload.staleReads().stream()
        .filter(r -> r.answeredNanos() - fault0.nanos() >= 0)
        .toList();
    LedgerCheck check = workload.check();
    LedgerCheck earlier = before;
    before = check;
    Optional<FailoverView> failover = failedOver.failover();
    boolean hostLost = fault == DemoFault.KILL_HOST || fault == DemoFault.FREEZE;
    return new RunReport(
        Spread.round(window.outageMs()),
        failover.map(f -> fault0.until(f.verdictAt())).orElse(null),
        failover.map(f -> fault0.until(f.fencedAt())).orElse(null),
        failover.map(f -> fault0.until(f.promotedAt())).orElse(null),
        failover.map(f -> fault0.until(f.establishedAt())).orElse(null),
        window.acknowledged(),
        window.unknown(),
        check.lost() - earlier.lost(),
        check.duplicates() - earlier.duplicates(),
        stale.size(),
        stale.isEmpty() ? null : lastStaleMs(stale, staleSince),
        rejoin.way(),
        rejoin.ms(),
        hostLost && victim.host().name().equals(calm.coordinator()),
        calm.primary(),
        after.primary(),
        after.epoch(),
        after.epoch() - calm.epoch(),
        check.orderViolations() - earlier.orderViolations(),
        check.phantoms() - earlier.phantoms());
  }

  static double lastStaleMs(List<StaleRead> stale, Moment since) {
    return Spread.round(
        stale.stream().mapToLong(r -> r.answeredNanos() - since.nanos()).max().orElse(0) / 1e6);
  }
}
