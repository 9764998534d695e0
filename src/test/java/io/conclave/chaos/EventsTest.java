package io.conclave.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.conclave.cli.StatusView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventsTest {
  @Test
  void theVirtualAddressHasMovedWhenAnotherEdgeHoldsIt() {
    Optional<String> one = Optional.of("us-edge-1");
    assertEquals(Optional.empty(), Events.unmoved(one, Optional.of("us-edge-2")));
    assertEquals(Optional.of("it is at us-edge-1, and was at us-edge-1"), Events.unmoved(one, one));
    assertEquals(
        Optional.of("it is nowhere, and was at us-edge-1"), Events.unmoved(one, Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      null                              | false
      "NOT_ANSWERING: for 5 s"          | false
      "DISK_FULL: 12 KiB are left for x" | true
      """)
  void aDiskIsFullWhenANodeTellsIt(String problem, boolean full) throws IOException {
    String json = """
        {"host": "x", "groups": [{"group": "main", "nodes": [{"node": "a", "problem": null}, {"node": "b", "problem": %s}]}]}""".formatted(problem);
    StatusView view = StatusView.parse(json.getBytes(StandardCharsets.UTF_8));
    assertEquals(full, Events.isDiskFull(view.group("main").orElseThrow()));
  }
}
