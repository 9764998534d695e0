package io.conclave.register;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The marker of a complete store, and what makes it void. */
class StoreTest {
  private static final List<GroupId> GROUPS = List.of(new GroupId("main"), new GroupId("other"));

  @TempDir
  private Path state;

  private Store store;
  private Path data;

  @BeforeEach
  void fill() throws IOException {
    store = new Store(state.resolve("register"), "cell", new HostId("us-1"));
    Files.createDirectories(store.directory());
    data = Files.writeString(store.directory().resolve("data.mdb"), "LMDB");
  }

  @Test
  void isCompleteWithTheGroupsThatItWasMarkedWith() {
    assertEquals(Optional.empty(), store.complete());
    store.markComplete(GROUPS);
    assertEquals(Optional.of(GROUPS), store.complete());
    store.markIncomplete();
    store.markIncomplete();
    assertEquals(Optional.empty(), store.complete());
  }

  @Test
  void isNotCompleteWithoutItsData() throws IOException {
    store.markComplete(GROUPS);
    Files.writeString(data, "");
    assertEquals(Optional.empty(), store.complete());
    Files.delete(data);
    assertEquals(Optional.empty(), store.complete());
  }

  @Test
  void ofAnotherHostOrCellIsNotComplete() {
    store.markComplete(GROUPS);
    assertEquals(
        Optional.empty(), new Store(store.directory(), "cell", new HostId("eu-1")).complete());
    assertEquals(
        Optional.empty(), new Store(store.directory(), "north", new HostId("us-1")).complete());
  }

  @Test
  void aTornMarkerIsNone() throws IOException {
    store.markComplete(GROUPS);
    Path marker = store.directory().resolve("complete");
    String whole = Files.readString(marker);
    for (int length = 0; length < whole.length() - 1; length++) {
      Files.writeString(marker, whole.substring(0, length));
      assertEquals(Optional.empty(), store.complete(), whole.substring(0, length));
    }
  }
}
