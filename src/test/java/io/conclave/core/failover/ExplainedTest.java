package io.conclave.core.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.conclave.core.Durability.WhenAlone;
import io.conclave.core.Evidence;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport.Problem;
import io.conclave.core.OrderStatus.Outcome;
import io.conclave.core.Task;
import io.conclave.core.Vote;
import io.conclave.core.decision.Decision;
import io.conclave.core.decision.DecisionRecord;
import io.conclave.ops.explain.DecisionText;
import io.conclave.ops.explain.OutlookText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What operators read, for situations of the world of values, against golden files; {@code -Dgolden.rewrite=true} rewrites
 * them, and the difference is then explained in the commit.
 */
class ExplainedTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  private static World calm() {
    World world = World.steady(WhenAlone.STRICT);
    world.write();
    world.run(2000);
    world.records.clear();
    return world;
  }

  private static void golden(String name, List<String> lines) throws IOException {
    Path file = GOLDEN.resolve("explain-" + name + ".txt");
    String text = String.join("\n", lines) + "\n";
    if (Boolean.getBoolean("golden.rewrite")) {
      Files.createDirectories(GOLDEN);
      Files.writeString(file, text);
    }
    assertEquals(Files.readString(file), text, file + ": -Dgolden.rewrite=true rewrites it");
  }

  private static List<String> page(World world, Class<?> decision) {
    DecisionRecord about = world.records.stream()
        .filter(record -> decision.isInstance(record.decision()))
        .findFirst()
        .orElseThrow();
    return DecisionText.page(about, world.records);
  }

  private static World failedOver() {
    World world = calm();
    world.node("b").cutOff = true;
    world.write();
    world.evidence = List.of(
        new Evidence(Evidence.Channel.AGENT, Evidence.Finding.SILENT, 1043, ""),
        new Evidence(
            Evidence.Channel.PROBE, Evidence.Finding.DEAD, 12, "connection refused after a reset"));
    world.node("a").killHost();
    world.untilPhase(Phase.PROMOTING);
    world.node("b").cutOff = false;
    world.until("failed over", () -> world.established().epoch() == 2);
    return world;
  }

  @Test
  void aFailover() throws IOException {
    golden("failover", page(failedOver(), Decision.FailoverBegun.class));
  }

  @Test
  void aSwitchover() throws IOException {
    World world = calm();
    world.switchover("c");
    world.until("switched", () -> world.established().epoch() == 2);
    golden("switchover", page(world, Decision.Established.class));
  }

  @Test
  void aRefusal() throws IOException {
    World world = calm();
    world.node("b").killHost();
    world.run(3000);
    world.switchover("b");
    golden("refusal", page(world, Decision.SwitchoverRefused.class));
    golden("sync-set", page(world, Decision.SyncSetChanged.class));
  }

  @Test
  void aFailoverCalledOff() throws IOException {
    World world = calm();
    world.script = (node, task) -> task instanceof Task.Fence && !node.equals(new NodeId("c"))
        ? Optional.of(Outcome.RUNNING)
        : Optional.empty();
    world.opinion = Optional.of(Vote.Opinion.DEAD);
    world.untilPhase(Phase.FENCING);
    world.opinion = Optional.of(Vote.Opinion.HEALTHY);
    world.until("called off", () -> world.state.phase() != Phase.FENCING);
    golden("called-off", page(world, Decision.CalledOff.class));
  }

  /** a is healthy to everybody, and lets nobody in. */
  private static World shut() {
    World world = calm();
    world.node("a").problem = full();
    world.script = (node, task) -> task instanceof Task.OpenGate && node.equals(new NodeId("a"))
        ? Optional.of(Outcome.FAILED)
        : Optional.empty();
    world.node("a").restartInPlace();
    return world;
  }

  private static Optional<Problem> full() {
    String detail = "0 KiB are left for /var/lib/conclave/data, and a WAL segment needs 16384";
    return Optional.of(new Problem(Problem.Kind.DISK_FULL, detail));
  }

  @Test
  void aPrimaryThatHasNoRoomToOpenItsGateIsLeft() throws IOException {
    World world = shut();
    world.until("left", () -> world.established().epoch() == 2);
    golden("shut", page(world, Decision.FailoverBegun.class));
  }

  @Test
  void aPrimaryThatHasNoRoomToOpenItsGateAndNobodyToTakeItsPlace() throws IOException {
    World world = shut();
    world.node("b").problem = full();
    world.run(3000);
    golden("why-not-shut", OutlookText.whyNot(Outlooks.of(world.rules, world.state, world.nowMs)));
  }

  @Test
  void theLastOnes() throws IOException {
    golden("list", DecisionText.list(failedOver().records));
  }

  @Test
  void whatBlocksAndWhatWouldBe() throws IOException {
    World world = calm();
    golden("why-not-well", OutlookText.whyNot(Outlooks.of(world.rules, world.state, world.nowMs)));
    golden("what-if-well", OutlookText.whatIf(Outlooks.of(world.rules, world.state, world.nowMs)));
    world.node("b").killHost();
    world.node("c").killHost();
    world.run(3000);
    golden("why-not-alone", OutlookText.whyNot(Outlooks.of(world.rules, world.state, world.nowMs)));
    golden("what-if-alone", OutlookText.whatIf(Outlooks.of(world.rules, world.state, world.nowMs)));
  }
}
