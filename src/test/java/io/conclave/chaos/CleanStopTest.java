package io.conclave.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CleanStopTest {
  private static final int CRC_AT = 288;

  @TempDir
  private Path directory;

  /** A control file of PostgreSQL 15 that says nothing but this state. */
  private Path control(int state) throws IOException {
    ByteBuffer file = ByteBuffer.allocate(8192).order(ByteOrder.nativeOrder());
    file.putInt(8, 1300).putInt(16, state);
    CRC32C crc = new CRC32C();
    crc.update(Arrays.copyOf(file.array(), CRC_AT));
    file.putInt(CRC_AT, (int) crc.getValue());
    return Files.write(directory.resolve("pg_control"), file.array());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
      1 | -
      2 | -
      3 | us-db-1 was not shut down cleanly when its host was stopped: it is shutdowning
      5 | us-db-1 was not shut down cleanly when its host was stopped: it is in archive recovery
      6 | us-db-1 was not shut down cleanly when its host was stopped: it is in production
      """)
  void theControlFileSaysHowAServerEnded(int state, String complaint) throws IOException {
    assertEquals(Optional.ofNullable(complaint), CleanStop.complaint("us-db-1", control(state)));
  }

  @Test
  void aFileThatSaysNothingIsNoProof() throws IOException {
    Path file = Files.write(directory.resolve("pg_control"), new byte[16]);
    assertEquals(
        Optional.of("whether us-db-1 was shut down cleanly is not known: " + file
            + " is only 16 bytes long"),
        CleanStop.complaint("us-db-1", file));
  }
}
