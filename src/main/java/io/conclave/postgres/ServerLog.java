package io.conclave.postgres;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server's own log: why it did not start. */
final class ServerLog {
  private static final Pattern REASON = Pattern.compile(
      "(?:FATAL|PANIC):  (?!the database system is (?:starting|not yet))(.*)(?:\\n.*?(?:DETAIL|HINT):  (.*))?");
  private static final int MOST = 64 * 1024;

  private ServerLog() {}

  /** The last FATAL or PANIC line after this offset (bytes), with its detail. */
  static Optional<String> reason(Path log, long from) {
    if (!Files.exists(log)) {
      return Optional.empty();
    }
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long begin = Math.max(from, file.length() - MOST);
      byte[] bytes = new byte[(int) Math.max(0, file.length() - begin)];
      file.seek(begin);
      file.readFully(bytes);
      Matcher matcher = REASON.matcher(new String(bytes, StandardCharsets.UTF_8));
      String found = null;
      while (matcher.find()) {
        found = matcher.group(1) + (matcher.group(2) == null ? "" : " (" + matcher.group(2) + ")");
      }
      return Optional.ofNullable(found);
    } catch (IOException e) {
      throw DurableFiles.failed("cannot read " + log, e);
    }
  }
}
