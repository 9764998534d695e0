package io.conclave.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.Ballot;
import io.conclave.core.EpochRow;
import io.conclave.core.Lsn;
import io.conclave.core.NodeId;
import io.conclave.core.agent.Promise;
import io.conclave.core.agent.PromiseBook;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A promise is on disk whole, or the agent does not go on with it. */
class PromiseFileTest {
  private static final Promise FULL = new Promise(
      new Ballot(12, new UUID(3, 4)),
      7,
      Optional.of(new UUID(5, 6)),
      List.of(
          new EpochRow(1, new UUID(1, 1), new NodeId("us-db-1"), 1, Lsn.parse("0/3000148")),
          new EpochRow(2, new UUID(1, 2), new NodeId("eu-db-1"), 2, Lsn.parse("1/A0"))),
      7_412_345_678_901_234_567L);

  @TempDir
  Path directory;

  private Path path() {
    return directory.resolve("promises/us-db-1.promise");
  }

  private PromiseFile file() {
    return new PromiseFile(path());
  }

  static Stream<Promise> promises() {
    return Stream.of(
        Promise.NOTHING,
        FULL,
        FULL.rebuilding(Optional.empty()),
        FULL.knowing(List.of(), 0),
        FULL.promising(new Ballot(Long.MAX_VALUE, new UUID(-1, -1)), Long.MAX_VALUE));
  }

  @ParameterizedTest
  @MethodSource("promises")
  void whatWasWrittenIsRead(Promise promise) {
    file().write(promise);
    assertEquals(promise, file().read());
  }

  @Test
  void whereThereNeverWasOneNothingIsPromised() {
    assertEquals(Promise.NOTHING, file().read());
    file().check(Optional.empty());
  }

  @Test
  void aLaterPromiseReplacesTheEarlierOneAndLeavesNothingBeside() throws Exception {
    file().write(FULL);
    Promise later = FULL.promising(new Ballot(13, new UUID(0, 1)), 1);
    file().write(later);
    assertEquals(later, file().read());
    try (Stream<Path> files = Files.list(path().getParent())) {
      assertEquals(List.of(path()), files.toList());
    }
  }

  /** A file that is replaced costs a flush of the directory and of the new file's length and place; this is on the path of a failover. */
  @Test
  void anOrderMoreOverwritesASectorAndAllElseTheFile() throws Exception {
    PromiseFile file = file();
    file.write(FULL);
    Object first = Files.getAttribute(path(), "unix:ino");
    long length = Files.size(path());
    Promise later = FULL.promising(new Ballot(Long.MAX_VALUE, new UUID(-1, -1)), Long.MAX_VALUE);
    file.write(later);
    assertEquals(later, file().read());
    assertEquals(first, Files.getAttribute(path(), "unix:ino"));
    assertEquals(length, Files.size(path()));

    file.write(later.rebuilding(Optional.empty()));
    assertEquals(later.rebuilding(Optional.empty()), file().read());
    assertNotEquals(first, Files.getAttribute(path(), "unix:ino"));
  }

  @Test
  void whatWasReadIsOverwrittenToo() throws Exception {
    file().write(FULL);
    Object first = Files.getAttribute(path(), "unix:ino");
    PromiseFile file = file();
    Promise later = file.read().promising(new Ballot(13, new UUID(0, 1)), 1);
    file.write(later);
    assertEquals(later, file().read());
    assertEquals(first, Files.getAttribute(path(), "unix:ino"));
  }

  /** The one before may have died before it was on disk. */
  @Test
  void whoBeginsMakesSureOfWhatItHasRead() throws Exception {
    assertEquals(Promise.NOTHING, file().begin());
    assertFalse(Files.exists(path()), "there is nothing to be sure of");
    file().write(FULL);
    FileTime before = FileTime.fromMillis(0);
    Files.setLastModifiedTime(path(), before);
    assertEquals(FULL, file().begin());
    assertNotEquals(before, Files.getLastModifiedTime(path()));
    assertEquals(FULL, file().read());
  }

  /** Whether it was written in part nobody knows: nothing is overwritten in it any more. */
  @Test
  void afterAFailureTheWholeFileIsWritten() throws Exception {
    PromiseFile file = file();
    file.write(FULL);
    Files.delete(path());
    Promise later = FULL.promising(new Ballot(13, new UUID(0, 1)), 1);
    assertThrows(UncheckedIOException.class, () -> file.write(later));
    file.write(later);
    assertEquals(later, file().read());
  }

  @Test
  void aCrashBeforeTheRenameLeavesTheOldPromise() throws Exception {
    file().write(FULL);
    Files.writeString(path().resolveSibling("us-db-1.promise.new"), "{\"ballot_num");
    assertEquals(FULL, file().read());
    file().write(Promise.NOTHING);
    assertEquals(Promise.NOTHING, file().read());
  }

  @Test
  void everySingleFlippedBitIsFound() throws Exception {
    file().write(FULL);
    byte[] sound = Files.readAllBytes(path());
    for (int i = 0; i < sound.length; i++) {
      byte[] damaged = sound.clone();
      damaged[i] ^= 4;
      Files.write(path(), damaged);
      DamagedPromiseException e =
          assertThrows(DamagedPromiseException.class, () -> file().read(), "byte " + i);
      assertTrue(e.getMessage().contains(path().toString()), e.getMessage());
      assertTrue(e.getMessage().contains("Way out: "), e.getMessage());
    }
  }

  /** The last byte is the end of the line, which says nothing. */
  @Test
  void everyTruncationIsFound() throws Exception {
    file().write(FULL);
    byte[] sound = Files.readAllBytes(path());
    for (int length = 0; length < sound.length - 1; length++) {
      Files.write(path(), Arrays.copyOf(sound, length));
      assertThrows(DamagedPromiseException.class, () -> file().read(), "length " + length);
    }
  }

  /** A disk that has lost a write may give zeros. */
  @ParameterizedTest
  @ValueSource(ints = {1, 100, 4096})
  void zerosAreFound(int length) throws Exception {
    Files.createDirectories(path().getParent());
    Files.write(path(), new byte[length]);
    assertThrows(DamagedPromiseException.class, () -> file().read());
  }

  @Test
  void aSoundFileThatLacksWhatMustNotBeForgottenIsDamaged() throws Exception {
    file().write(FULL);
    List<String> lines = Files.readAllLines(path());
    for (String key : List.of("epoch", "start")) {
      String without = lines.get(1).replace("\"" + key + "\"", "\"other\"");
      Files.writeString(path(), lines.get(0) + "\n" + without + "\n" + checksum(without) + "\n");
      DamagedPromiseException e =
          assertThrows(DamagedPromiseException.class, () -> file().read(), key);
      assertTrue(e.getMessage().contains("'" + key + "' is missing"), e.getMessage());
    }
  }

  /** The order was a part of the JSON, and the system was not kept. */
  @Test
  void aPromiseOfAnEarlierVersionIsReadAndReplaced() throws Exception {
    String line = "{\"ballot_number\":12,\"ballot_claim\":\"%s\",\"order_number\":7,\"history\":[]}"
        .formatted(new UUID(3, 4));
    Files.createDirectories(path().getParent());
    Files.writeString(path(), line + "\n" + checksum(line) + "\n");
    Promise old = new Promise(new Ballot(12, new UUID(3, 4)), 7, Optional.empty(), List.of(), 0);
    PromiseFile file = file();
    assertEquals(old, file.read());

    Promise later = old.promising(new Ballot(13, new UUID(0, 1)), 1);
    file.write(later);
    assertEquals(later, file().read());

    String without = line.replace("ballot_claim", "other");
    Files.writeString(path(), without + "\n" + checksum(without) + "\n");
    assertThrows(DamagedPromiseException.class, () -> file().read());
  }

  private static String checksum(String line) {
    CRC32C crc = new CRC32C();
    crc.update(line.getBytes(StandardCharsets.UTF_8));
    return "%08x".formatted(crc.getValue());
  }

  @Test
  void aDirectoryInItsPlaceIsDamage() throws Exception {
    Files.createDirectories(path());
    assertThrows(DamagedPromiseException.class, () -> file().read());
  }

  @Test
  void dataWithoutAPromiseIsDamage() {
    DamagedPromiseException e = assertThrows(
        DamagedPromiseException.class,
        () -> file().check(Optional.of(directory.resolve("us-db-1"))));
    assertTrue(e.getMessage().contains("it is gone"), e.getMessage());
    file().write(FULL);
    file().check(Optional.of(directory.resolve("us-db-1")));
  }

  @Test
  void aPromiseThatCannotBeKeptIsNotMade() throws Exception {
    file().write(FULL);
    byte[] before = Files.readAllBytes(path());
    // Where the new file is to be written is a directory.
    Files.createDirectories(path().resolveSibling("us-db-1.promise.new"));
    PromiseBook book = new PromiseBook(file().read(), () -> 1, file()::write);
    assertThrows(UncheckedIOException.class, () -> book.promise(new Ballot(99, new UUID(9, 9)), 1));
    assertEquals(FULL, book.get(), "in memory neither");
    assertArrayEquals(before, Files.readAllBytes(path()));
  }

  @Test
  void aBookThatIsClosedWritesNothingOverTheNextOnesPromise() {
    PromiseBook old = new PromiseBook(file().read(), () -> 1, file()::write);
    old.promise(new Ballot(12, new UUID(0, 1)), 1);
    old.close();
    PromiseBook next = new PromiseBook(file().read(), () -> 1, file()::write);
    next.promise(new Ballot(13, new UUID(0, 1)), 1);
    assertThrows(IllegalStateException.class, () -> old.know(FULL.history()));
    assertEquals(13, file().read().ballot().number());
  }

  @Test
  void anotherSystemIsToldByItsIdentifierOnceOneIsKnown() {
    assertFalse(Promise.NOTHING.isForeign(1));
    assertFalse(FULL.isForeign(0));
    assertFalse(FULL.isForeign(FULL.system()));
    assertTrue(FULL.isForeign(1));
  }
}
