package io.conclave.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.conclave.core.decision.DecisionRecord;
import io.conclave.wire.WireModule;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file with one JSON object a line, the newest last: what a person can read when nothing else runs any more. A line
 * survives the end of the daemon when {@link #append} returns, and a crash of the machine after {@link #sync}.
 */
final class Journal {
  private static final Logger log = LoggerFactory.getLogger(Journal.class);

  private static final JsonMapper JSON = JsonMapper.builder()
      .addModule(new Jdk8Module())
      .addModule(new WireModule())
      // A newer version may have said more.
      .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .build();

  private final Path file;
  private int lines;
  private boolean synced = true;

  Journal(Path file) {
    this.file = file;
  }

  /** How many lines the file has, readable or not. */
  int lines() {
    return lines;
  }

  /**
   * Reads what is there. A line that is no record (the last one, when the host lost power in the middle of it) is passed
   * over: it must not take the others with it.
   *
   * @throws IOException when there is a file, and it cannot be read
   */
  List<DecisionRecord> load() throws IOException {
    List<DecisionRecord> records = new ArrayList<>();
    if (!Files.exists(file)) {
      return records;
    }
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    lines = 0;
    for (String line : text.lines().toList()) {
      lines++;
      try {
        records.add(JSON.readValue(line, DecisionRecord.class));
      } catch (JsonProcessingException e) {
        log.warn(
            "{} line {} is no record of a decision and is passed over: {}",
            file,
            lines,
            e.getOriginalMessage());
      }
    }
    return records;
  }

  /**
   * Adds a line. It does not wait for the disk: decisions are made in the middle of a failover, on each host of a cell, and what
   * PostgreSQL has to make durable then would wait behind them.
   *
   * @throws IOException when the disk does not take it
   */
  void append(DecisionRecord record) throws IOException {
    Files.createDirectories(file.getParent());
    try (FileChannel channel = FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ)) {
      long end = channel.size();
      write(channel.position(end), (isCut(channel, end) ? "\n" : "") + line(record));
    }
    synced = false;
    lines++;
  }

  /**
   * Makes all lines durable, when there are new ones.
   *
   * @throws IOException when the disk does not take it
   */
  void sync() throws IOException {
    if (synced) {
      return;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.force(true);
    }
    forceDirectory();
    synced = true;
  }

  /**
   * Writes the file anew with these records alone, in place of the old one at once as a whole.
   *
   * @throws IOException when the disk does not take it; the old file is as it was
   */
  void rewrite(List<DecisionRecord> records) throws IOException {
    Files.createDirectories(file.getParent());
    Path next = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel = FileChannel.open(
        next,
        StandardOpenOption.CREATE,
        StandardOpenOption.WRITE,
        StandardOpenOption.TRUNCATE_EXISTING)) {
      for (DecisionRecord record : records) {
        write(channel, line(record));
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceDirectory();
    synced = true;
    lines = records.size();
  }

  private static String line(DecisionRecord record) throws JsonProcessingException {
    return JSON.writeValueAsString(record) + "\n";
  }

  private static void write(FileChannel channel, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Whether the last line has no end. */
  private static boolean isCut(FileChannel channel, long end) throws IOException {
    if (end == 0) {
      return false;
    }
    ByteBuffer last = ByteBuffer.allocate(1);
    channel.read(last, end - 1);
    return last.get(0) != '\n';
  }

  private void forceDirectory() throws IOException {
    try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }
}
