package io.conclave.core.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteCountTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1048576, 1048576",
    "100B, 100",
    "1024kB, 1048576",
    "16MB, 16777216",
    "16 MB, 16777216",
    "1.5GB, 1610612736",
    "2TB, 2199023255552",
    "1mb, 1048576",
    "999999999999999TB, 9223372036854775807",
  })
  void bytesAndUnitsOf1024(String text, long bytes) {
    assertEquals(Optional.of(bytes), ByteCount.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "MB", "-1", "16 M", "1e6", "16MiB", "1,5MB", "x", "9999999999999999999"})
  void otherFormsAreNone(String text) {
    assertEquals(Optional.empty(), ByteCount.parse(text));
  }
}
