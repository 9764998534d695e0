package io.conclave.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
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
