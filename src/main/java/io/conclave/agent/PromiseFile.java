package io.conclave.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.conclave.core.Ballot;
import io.conclave.core.EpochRow;
import io.conclave.core.Lsn;
import io.conclave.core.NodeId;
import io.conclave.core.agent.Promise;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * A promise on disk: a sector with the highest order promised, a line of JSON with the rest, and its checksum.
 *
 * <p>An order more changes the sector alone, which is overwritten where it is: a disk writes a sector whole or not at all, as PostgreSQL
 * too takes for granted of pg_control. For all else the file is written beside the old one, flushed, renamed, the directory flushed. So a crash
 * leaves the old or the new promise and nothing between.
 */
final class PromiseFile {
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final int SECTOR_BYTES = 512;
  private static final int CHECKSUM_BYTES = 8;
  private static final int LINES = 3;
  private static final int LINES_WITHOUT_SECTOR = 2;

  private final Path file;

  /** What the file holds; only its sector may be overwritten by what differs in the order alone. */
  private Optional<Promise> kept = Optional.empty();

  PromiseFile(Path file) {
    this.file = file;
  }

  /**
   * Looks whether the promise of a node that has data can be trusted.
   *
   * @param managed a data directory in which Conclave has worked: it promises before it touches one, so there was a promise
   * @throws DamagedPromiseException when it cannot, or is gone
   */
  void check(Optional<Path> managed) {
    if (managed.isPresent() && !Files.exists(file)) {
      throw new DamagedPromiseException(
          file, "it is gone, although Conclave has worked in " + managed.get());
    }
    read();
  }

  /**
   * The promise; {@link Promise#NOTHING} when there never was one.
   *
   * @throws DamagedPromiseException when the file is there and cannot be trusted
   */
  Promise read() {
    if (!Files.exists(file)) {
      return Promise.NOTHING;
    }
    try {
      String text = Files.readString(file, StandardCharsets.UTF_8);
      boolean sector = !text.startsWith("{");
      Promise promise = sector ? parse(text) : parseWithoutSector(text);
      kept = Optional.of(promise).filter(read -> sector);
      return promise;
    } catch (IOException | IllegalArgumentException e) {
      throw new DamagedPromiseException(file, e.getMessage());
    }
  }

  /**
   * The promise, of which an incarnation of the agent goes out: written once more where it is. Whether what was read is on disk nobody
   * knows, when the one before has died, or the disk has failed, in the middle of it.
   *
   * @throws DamagedPromiseException when the file is there and cannot be trusted
   * @throws java.io.UncheckedIOException when it cannot be written
   */
  Promise begin() {
    Promise promise = read();
    if (kept.isPresent()) {
      write(promise);
    }
    return promise;
  }

  /**
   * Returns when the promise is on disk.
   *
   * @throws java.io.UncheckedIOException when it is not: then it must not be acted on
   */
  void write(Promise promise) {
    boolean orderAlone = kept.filter(
            now -> now.promising(promise.ballot(), promise.number()).equals(promise))
        .isPresent();
    kept = Optional.empty();
    try {
      if (orderAlone) {
        overwriteSector(sector(promise));
      } else {
        replace(sector(promise) + body(promise));
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("cannot keep the promise in " + file, e);
    }
    kept = Optional.of(promise);
  }

  private void overwriteSector(String sector) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      writeAll(channel, sector);
      channel.force(false);
    }
  }

  private void replace(String text) throws IOException {
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    Files.createDirectories(file.getParent());
    try (FileChannel channel = FileChannel.open(
        beside,
        StandardOpenOption.CREATE,
        StandardOpenOption.WRITE,
        StandardOpenOption.TRUNCATE_EXISTING)) {
      writeAll(channel, text);
      channel.force(true);
    }
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  private static void writeAll(FileChannel channel, String text) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private static String checksum(String line) {
    CRC32C crc = new CRC32C();
    crc.update(line.getBytes(StandardCharsets.UTF_8));
    return "%08x".formatted(crc.getValue());
  }

  /** Ballot, claim, order; blanks; a checksum of all that; the end of the line. */
  private static String sector(Promise promise) {
    String order =
        "%d %s %d".formatted(promise.ballot().number(), promise.ballot().claim(), promise.number());
    String line = ("%-" + (SECTOR_BYTES - CHECKSUM_BYTES - 1) + "s").formatted(order);
    return line + checksum(line) + "\n";
  }

  /** All but the order, and a checksum of it. */
  private static String body(Promise promise) {
    String line = render(promise);
    return line + "\n" + checksum(line) + "\n";
  }

  private static String render(Promise promise) {
    ObjectNode root = JSON.createObjectNode();
    promise.rebuilding().ifPresent(id -> root.put("rebuilding", id.toString()));
    root.put("system_identifier", promise.system());
    ArrayNode history = root.putArray("history");
    promise
        .history()
        .forEach(row -> history
            .addObject()
            .put("epoch", row.epoch())
            .put("promotion", row.promotion().toString())
            .put("node", row.node().value())
            .put("timeline", row.timeline())
            .put("start", row.start().toString()));
    return root.toString();
  }

  private static Promise parse(String text) throws IOException {
    List<String> lines = text.lines().toList();
    boolean whole = lines.size() == LINES && lines.get(0).length() == SECTOR_BYTES - 1;
    int end = SECTOR_BYTES - CHECKSUM_BYTES - 1;
    if (!whole
        || !lines.get(0).substring(end).equals(checksum(lines.get(0).substring(0, end)))
        || !lines.get(2).equals(checksum(lines.get(1)))) {
      throw new IllegalArgumentException("its checksum is wrong");
    }
    String[] order = lines.get(0).substring(0, end).strip().split(" ");
    Ballot ballot = new Ballot(Long.parseLong(order[0]), UUID.fromString(order[1]));
    return rest(JSON.readTree(lines.get(1))).promising(ballot, Long.parseLong(order[2]));
  }

  /** Of an earlier version: the order is a part of the JSON. */
  private static Promise parseWithoutSector(String text) throws IOException {
    List<String> lines = text.lines().toList();
    if (lines.size() != LINES_WITHOUT_SECTOR || !lines.get(1).equals(checksum(lines.get(0)))) {
      throw new IllegalArgumentException("its checksum is wrong");
    }
    JsonNode root = JSON.readTree(lines.get(0));
    Ballot ballot = new Ballot(
        required(root, "ballot_number").asLong(),
        UUID.fromString(required(root, "ballot_claim").asText()));
    return rest(root).promising(ballot, required(root, "order_number").asLong());
  }

  private static Promise rest(JsonNode root) {
    List<EpochRow> history = new ArrayList<>();
    root.path("history")
        .forEach(row -> history.add(new EpochRow(
            required(row, "epoch").asLong(),
            UUID.fromString(required(row, "promotion").asText()),
            new NodeId(required(row, "node").asText()),
            required(row, "timeline").asInt(),
            Lsn.parse(required(row, "start").asText()))));
    return new Promise(
        Ballot.NONE,
        0,
        Optional.ofNullable(root.get("rebuilding")).map(id -> UUID.fromString(id.asText())),
        history,
        root.path("system_identifier").asLong(0));
  }

  private static JsonNode required(JsonNode node, String key) {
    JsonNode value = node.get(key);
    if (value == null) {
      throw new IllegalArgumentException("'" + key + "' is missing");
    }
    return value;
  }
}
