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
 * A promise on disk: one line of JSON and its checksum. Written beside the old one, flushed, renamed, the directory flushed:
 * a crash leaves the old or the new promise and nothing between.
 */
final class PromiseFile {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final Path file;

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
      List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
      if (lines.size() != 2 || !lines.get(1).equals(checksum(lines.get(0)))) {
        throw new DamagedPromiseException(file, "its checksum is wrong");
      }
      return parse(JSON.readTree(lines.get(0)));
    } catch (IOException | IllegalArgumentException e) {
      throw new DamagedPromiseException(file, e.getMessage());
    }
  }

  /**
   * Returns when the promise is on disk.
   *
   * @throws java.io.UncheckedIOException when it is not: then it must not be acted on
   */
  void write(Promise promise) {
    String line = render(promise);
    byte[] bytes = (line + "\n" + checksum(line) + "\n").getBytes(StandardCharsets.UTF_8);
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.createDirectories(file.getParent());
      try (FileChannel channel = FileChannel.open(
          beside,
          StandardOpenOption.CREATE,
          StandardOpenOption.WRITE,
          StandardOpenOption.TRUNCATE_EXISTING)) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        channel.force(true);
      }
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
        directory.force(true);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("cannot keep the promise in " + file, e);
    }
  }

  private static String checksum(String line) {
    CRC32C crc = new CRC32C();
    crc.update(line.getBytes(StandardCharsets.UTF_8));
    return "%08x".formatted(crc.getValue());
  }

  private static String render(Promise promise) {
    ObjectNode root = JSON.createObjectNode();
    root.put("ballot_number", promise.ballot().number());
    root.put("ballot_claim", promise.ballot().claim().toString());
    root.put("order_number", promise.number());
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

  private static Promise parse(JsonNode root) {
    List<EpochRow> history = new ArrayList<>();
    root.path("history")
        .forEach(row -> history.add(new EpochRow(
            required(row, "epoch").asLong(),
            UUID.fromString(required(row, "promotion").asText()),
            new NodeId(required(row, "node").asText()),
            required(row, "timeline").asInt(),
            Lsn.parse(required(row, "start").asText()))));
    return new Promise(
        new Ballot(
            required(root, "ballot_number").asLong(),
            UUID.fromString(required(root, "ballot_claim").asText())),
        required(root, "order_number").asLong(),
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
