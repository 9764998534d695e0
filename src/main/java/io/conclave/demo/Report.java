package io.conclave.demo;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.conclave.cli.DemoFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the demo writes with {@code --json}. */
@JsonPropertyOrder({"fault", "settings", "runs", "outage_ms"})
record Report(
    String fault,
    Map<String, Object> settings,
    List<RunReport> runs,
    @JsonProperty("outage_ms") Spread outageMs) {
  private static final String NONE = "none";
  private static final ObjectWriter WRITER =
      JsonMapper.builder().build().writerWithDefaultPrettyPrinter();

  static Report of(Optional<DemoFault> fault, Map<String, Object> settings, List<RunReport> runs) {
    return new Report(
        fault.map(DemoFault::toString).orElse(NONE),
        settings,
        List.copyOf(runs),
        Spread.of(runs.stream().mapToDouble(RunReport::outageMs).toArray()));
  }

  String json() throws IOException {
    return WRITER.writeValueAsString(this) + "\n";
  }

  void write(Path file) throws IOException {
    Files.writeString(file, json());
  }

  /** Whether nothing was lost and each run failed over once; never at all when there was no fault. */
  @JsonIgnore
  boolean passed(int expectedRuns) {
    long expected = fault.equals(NONE) ? 0 : 1;
    return runs.size() == expectedRuns
        && runs.stream().allMatch(r -> r.clean() && r.failovers() == expected);
  }
}
