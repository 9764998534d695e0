package io.conclave.core.register;

import io.conclave.core.Ballot;
import io.conclave.core.RegisterRecord;
import java.util.UUID;

/**
 * One request to the register, as far as it has come (design, section 3.4). A claim looks for the highest ballot, claims one
 * above it, reads it back, writes the record it has read under its own ballot, and reads the ballot back once more: only then
 * may any order be given. A write is followed by reading the ballot back. Reads and updates go to a majority.
 *
 * @param ballot what is claimed, or held; while looking, the one to exceed
 * @param record what is written
 */
public record Request(Stage stage, Ballot ballot, RegisterRecord record) {
  /** What is under way. */
  public enum Stage {
    LOOKING,
    CLAIMING,
    READING_CLAIM,
    REWRITING,
    READING_REWRITTEN,
    WRITING,
    READING_WRITTEN
  }

  /** What is to be done next. */
  public sealed interface Next {
    /** Read from a majority, and go on by {@link Request#read}. */
    record Read(Request request) implements Next {}

    /** Apply {@link Request#change} to a majority, and go on by {@link Request#updated}. */
    record Update(Request request) implements Next {}

    /** The ballot is held by a majority, and the record is written under it. */
    record Claimed(Ballot ballot, RegisterRecord record) implements Next {}

    /** The version is held by a majority, and the ballot was still the highest afterwards. */
    record Written(long version) implements Next {}

    /** Somebody holds a higher ballot. */
    record Outbid(Ballot by) implements Next {}
  }

  /** Begins to claim a ballot above this one. */
  public static Next claim(Ballot above) {
    return new Next.Read(new Request(Stage.LOOKING, above, RegisterRecord.EMPTY));
  }

  /** Begins to write a record under its ballot. */
  public static Next write(RegisterRecord record) {
    return new Next.Update(new Request(Stage.WRITING, record.ballot(), record));
  }

  /** What an update makes of a replica's cell. */
  public Cell change(Cell cell) {
    return stage == Stage.CLAIMING ? cell.claiming(ballot) : cell.holding(record);
  }

  /** The update has reached a majority. */
  public Next updated() {
    return switch (stage) {
      case CLAIMING -> new Next.Read(at(Stage.READING_CLAIM));
      case REWRITING -> new Next.Read(at(Stage.READING_REWRITTEN));
      case WRITING -> new Next.Read(at(Stage.READING_WRITTEN));
      case LOOKING, READING_CLAIM, READING_REWRITTEN, READING_WRITTEN ->
        throw new IllegalStateException("no update is under way: " + this);
    };
  }

  /**
   * A majority has answered.
   *
   * @param seen the merge of their answers
   * @param fresh a random identifier, for a new claim
   */
  public Next read(Cell seen, UUID fresh) {
    if (stage == Stage.LOOKING) {
      return new Next.Update(new Request(Stage.CLAIMING, seen.highest(ballot).next(fresh), record));
    }
    if (!seen.claimed().equals(ballot)) {
      return new Next.Outbid(seen.claimed());
    }
    return switch (stage) {
      case READING_CLAIM ->
        new Next.Update(new Request(Stage.REWRITING, ballot, seen.record().under(ballot)));
      case READING_REWRITTEN -> new Next.Claimed(ballot, seen.record());
      case READING_WRITTEN -> new Next.Written(record.version());
      case LOOKING, CLAIMING, REWRITING, WRITING ->
        throw new IllegalStateException("no read is under way: " + this);
    };
  }

  private Request at(Stage next) {
    return new Request(next, ballot, record);
  }
}
