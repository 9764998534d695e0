package io.conclave.postgres;

import io.conclave.core.Lsn;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * What {@code global/pg_control} says. Read directly, because pg_controldata is not everywhere, and checked by its CRC. The
 * fields used here lie at the same offsets in PostgreSQL 13 to 18 (pg_control versions 1300, 1700, 1800).
 *
 * @param checkpoint start of the newest checkpoint record; of a cleanly stopped server: of its shutdown checkpoint
 * @param timeline of that checkpoint
 * @param minRecovery end of the WAL that a standby must have replayed before it is consistent
 * @param minRecoveryTimeline its timeline; 0 for a server that was not in recovery
 * @param segmentBytes size of one WAL file
 */
public record ControlData(
    long systemIdentifier,
    State state,
    Lsn checkpoint,
    int timeline,
    Lsn minRecovery,
    int minRecoveryTimeline,
    int segmentBytes,
    boolean checksums) {

  /** PostgreSQL's DBState, in its order. */
  public enum State {
    STARTUP,
    SHUTDOWNED,
    SHUTDOWNED_IN_RECOVERY,
    SHUTDOWNING,
    IN_CRASH_RECOVERY,
    IN_ARCHIVE_RECOVERY,
    IN_PRODUCTION;

    /** Whether the server was stopped cleanly: as a primary, or as a standby. */
    public boolean cleanlyStopped() {
      return this == SHUTDOWNED || this == SHUTDOWNED_IN_RECOVERY;
    }

    /** Whether the server ran (or was starting to run) as a standby when it wrote this. */
    public boolean standby() {
      return this == SHUTDOWNED_IN_RECOVERY || this == IN_ARCHIVE_RECOVERY;
    }
  }

  /** Highest timeline named anywhere in the file. */
  public int highestTimeline() {
    return Math.max(timeline, minRecoveryTimeline);
  }

  private static final int LENGTH_1300 = 288;
  private static final int LENGTH_1800 = 292;
  private static final int ATTEMPTS = 5;

  /**
   * Reads a control file, also of a server that runs.
   *
   * @throws PostgresException (BAD_CONTENT) when the version is unknown or the checksum stays wrong; (IO) when unreadable
   */
  public static ControlData read(Path file) {
    for (int attempt = 1; ; attempt++) {
      byte[] bytes = DurableFiles.readBytes(file);
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
      if (bytes.length < 300) {
        throw bad(file, "is only %d bytes long".formatted(bytes.length));
      }
      int version = buffer.getInt(8);
      int length = length(file, version);
      if (crc(bytes, length) == buffer.getInt(length)) {
        return parse(file, buffer);
      }
      // A running server rewrites the file in place: a torn read mends itself.
      if (attempt == ATTEMPTS) {
        throw bad(file, "has a wrong checksum");
      }
    }
  }

  private static int length(Path file, int version) {
    switch (version) {
      case 1300, 1700:
        return LENGTH_1300;
      case 1800:
        return LENGTH_1800;
      default:
        throw bad(
            file,
            "has pg_control version %d; PostgreSQL 15 to 18 write 1300, 1700 or 1800"
                .formatted(version));
    }
  }

  private static ControlData parse(Path file, ByteBuffer b) {
    int state = b.getInt(16);
    if (state < 0 || state >= State.values().length) {
      throw bad(file, "has the unknown state " + state);
    }
    return new ControlData(
        b.getLong(0),
        State.values()[state],
        new Lsn(b.getLong(32)),
        b.getInt(48),
        new Lsn(b.getLong(136)),
        b.getInt(144),
        b.getInt(228),
        b.getInt(252) != 0);
  }

  private static int crc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(Arrays.copyOf(bytes, length));
    return (int) crc.getValue();
  }

  private static PostgresException bad(Path file, String what) {
    return new PostgresException(PostgresException.Kind.BAD_CONTENT, file + " " + what);
  }
}
