package io.conclave.postgres;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The history files of one server, by which PostgreSQL chooses timelines (decision 20). It looks for the newest one from number
 * to number until one is missing, and a promotion takes the next. So a <em>placeholder</em>, a history file without entries,
 * makes it pass over a number. Nobody takes one for a continuation of his own timeline; but a standby that is started while the
 * newest of all is a placeholder goes for that, and never comes up. Hence {@link #tidy} before every start.
 */
public final class Timelines {
  private static final String PLACEHOLDER =
      "# Conclave: no timeline of this server; its next promotion passes over the number.\n";

  private final DataDirectory directory;

  Timelines(DataDirectory directory) {
    this.directory = directory;
  }

  /** Highest timeline of which the server has anything: WAL, or a history that is not a placeholder's. */
  public int newest() {
    int own = ofWal();
    return historiesAbove(own).stream()
        .filter(number -> !isPlaceholder(number))
        .mapToInt(Integer::intValue)
        .max()
        .orElse(own);
  }

  /**
   * Whether a running standby may go for a timeline of which it has the history and nothing else. PostgreSQL takes that for the
   * parent of what it is promoted to, and follows nobody beside it, until it is started without the file.
   */
  public boolean misleads() {
    return newest() > ofWal();
  }

  /**
   * Before a promotion: the numbers between the two are passed over, durably.
   *
   * @param above a timeline of the server's history; a newer one that is there keeps its own file
   * @param below the timeline that the promotion is to begin
   */
  public void passOver(int above, int below) {
    for (int number = above + 1; number < below; number++) {
      if (!Files.exists(file(number))) {
        DurableFiles.write(file(number), PLACEHOLDER, directory.user());
      }
    }
  }

  /** Before the start of a standby: removes the histories of timelines that it has nothing else of. */
  void tidy() {
    historiesAbove(ofWal()).forEach(number -> DurableFiles.delete(file(number)));
  }

  private int ofWal() {
    return Math.max(directory.control().highestTimeline(), directory.newestWalTimeline());
  }

  private boolean isPlaceholder(int number) {
    return directory.history(number).isEmpty();
  }

  private Path file(int number) {
    return directory.path().resolve("pg_wal/%08X.history".formatted(number));
  }

  private List<Integer> historiesAbove(int timeline) {
    List<Integer> numbers = new ArrayList<>();
    Path wal = directory.path().resolve("pg_wal");
    try (DirectoryStream<Path> files = Files.newDirectoryStream(
        wal, file -> file.getFileName().toString().matches("[0-9A-F]{8}\\.history"))) {
      for (Path file : files) {
        int number = Integer.parseUnsignedInt(file.getFileName().toString().substring(0, 8), 16);
        if (number > timeline) {
          numbers.add(number);
        }
      }
    } catch (IOException e) {
      throw DurableFiles.failed("cannot list " + wal, e);
    }
    return numbers;
  }
}
