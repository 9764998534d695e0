package io.conclave.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.conclave.core.decision.Decision;
import io.conclave.core.decision.DecisionRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  @TempDir
  private Path directory;

  private Path file() {
    return directory.resolve("host").resolve("decisions.jsonl");
  }

  @Test
  void nothingIsThereAtFirst() throws IOException {
    assertEquals(List.of(), new Journal(file()).load());
  }

  @Test
  void whatWasAppendedIsReadBackInOrder() throws IOException {
    Journal journal = new Journal(file());
    journal.append(Records.of(1));
    journal.append(Records.of(2));
    assertEquals(2, journal.lines());
    assertEquals(List.of(Records.of(1), Records.of(2)), new Journal(file()).load());
  }

  @Test
  void aLineThatWasCutTakesNoOtherWithIt() throws IOException {
    new Journal(file()).append(Records.of(1));
    Files.writeString(file(), "{\"id\":\"0000", StandardOpenOption.APPEND);
    Journal after = new Journal(file());
    assertEquals(List.of(Records.of(1)), after.load());
    after.append(Records.of(2));
    assertEquals(List.of(Records.of(1), Records.of(2)), new Journal(file()).load());
  }

  @Test
  void aFieldOfALaterVersionIsPassedOver() throws IOException {
    new Journal(file()).append(Records.of(1));
    Files.writeString(file(), Files.readString(file()).replaceFirst("\\{", "{\"mood\":\"calm\","));
    assertEquals(List.of(Records.of(1)), new Journal(file()).load());
  }

  /** A line of the version before {@link Decision.FailoverBegun#shut}. */
  @Test
  void aFieldThatAnOlderVersionLacksIsEmpty() throws IOException {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), """
        {"id":"0badcafe","group":{"value":"main"},"ballot":{"number":3,"claim":"00000000-0000-0000-0000-000000000001"},\
        "number":1,"coordinator":{"value":"h"},"atEpochMs":1000,"decision":{"type":"FailoverBegun",\
        "left":{"epoch":1,"primary":{"value":"a"},"sync":{"members":[{"value":"b"}],"k":1},\
        "promotion":"00000000-0000-0000-0000-000000000002"},\
        "votes":{"votes":[],"missing":[],"sentinels":3,"needed":2,"regions":3,"regionsNeeded":2},"fencing":[{"value":"b"}]}}
        """);
    List<DecisionRecord> read = new Journal(file()).load();
    assertEquals(1, read.size());
    assertEquals(Optional.empty(), ((Decision.FailoverBegun) read.get(0).decision()).shut());
  }

  @Test
  void rewritingReplacesTheWholeFile() throws IOException {
    Journal journal = new Journal(file());
    journal.append(Records.of(1));
    journal.append(Records.of(2));
    journal.rewrite(List.of(Records.of(2)));
    assertEquals(1, journal.lines());
    assertEquals(List.of(Records.of(2)), new Journal(file()).load());
    try (var files = Files.list(file().getParent())) {
      assertEquals(List.of(file()), files.toList());
    }
  }

  @Test
  void aPlaceThatTakesNothingIsAnError() throws IOException {
    Files.createDirectories(file());
    assertThrows(IOException.class, () -> new Journal(file()).append(Records.of(1)));
  }
}
