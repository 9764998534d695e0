package io.conclave.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.cli.DemoFault;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static RunReport run(long lost, long failovers) {
    return new RunReport(
        1234.5, 1000L, 1030L, 1060L, 1090L, 4000, 7, lost, 0, 2, 12.5, "rewind", null, true,
        "us-db-1", "eu-db-1", 4, failovers, 0, 0);
  }

  @Test
  void theJsonIsAsTheIssueSays() throws IOException {
    assertEquals(
        Golden.text("report.json"),
        Report.of(Optional.of(DemoFault.FREEZE), Map.of("nodes", 3), List.of(run(0, 1)))
            .json());
  }

  @Test
  void itPassesOnlyWhenNothingIsLostAndEachRunFailedOverOnce() {
    assertTrue(Report.of(Optional.of(DemoFault.KILL), Map.of(), List.of(run(0, 1), run(0, 1)))
        .passed(2));
    assertFalse(
        Report.of(Optional.of(DemoFault.KILL), Map.of(), List.of(run(0, 1))).passed(2));
    assertFalse(
        Report.of(Optional.of(DemoFault.KILL), Map.of(), List.of(run(1, 1))).passed(1));
    assertFalse(
        Report.of(Optional.of(DemoFault.KILL), Map.of(), List.of(run(0, 2))).passed(1));
    assertFalse(Report.of(Optional.empty(), Map.of(), List.of(run(0, 1))).passed(1));
    assertTrue(Report.of(Optional.empty(), Map.of(), List.of(run(0, 0))).passed(1));
  }

  @Test
  void theSpreadOfValues() {
    assertEquals(new Spread(1, 2.5, 4, 4), Spread.of(new double[] {4, 1, 3, 2}));
    assertEquals(new Spread(7, 7, 7, 7), Spread.of(new double[] {7}));
    assertEquals(new Spread(0, 0, 0, 0), Spread.of(new double[0]));
    assertEquals(
        198, Spread.of(IntStream.rangeClosed(1, 200).asDoubleStream().toArray()).p99());
  }
}
