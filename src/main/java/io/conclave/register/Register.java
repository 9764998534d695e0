package io.conclave.register;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.cluster.ddata.typed.javadsl.DistributedData;
import akka.cluster.ddata.typed.javadsl.Replicator;
import akka.cluster.ddata.typed.javadsl.ReplicatorMessageAdapter;
import io.conclave.core.Ballot;
import io.conclave.core.GroupId;
import io.conclave.core.RegisterRecord;
import io.conclave.core.register.Cell;
import io.conclave.core.register.Request;
import io.conclave.core.register.Request.Next;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * Ballots and records of one group, by majority (design, section 3.4). It runs one request at a time; a request that comes
 * while another is under way replaces it, because a coordinator only ever waits for its last one.
 *
 * <p>Reads and writes go to a majority of the <em>configured</em> sentinels ({@code ReadFrom}, {@code WriteTo}). Akka's
 * {@code WriteMajority} would count a majority of the members it knows, and a node that is alone in its cluster would be a
 * majority by itself, minimum cap or not.
 */
public final class Register extends AbstractBehavior<Register.Command> {

  /** What a coordinator asks of the register, and the ends of the steps in between. */
  public sealed interface Command {}

  /** Claim a ballot above this one; answered by {@link Answer.Claimed} and its likes. */
  public record Claim(Ballot above, ActorRef<Answer> replyTo) implements Command {}

  /** Write the record under its ballot, then read the ballot back. */
  public record Write(RegisterRecord record, ActorRef<Answer> replyTo) implements Command {}

  private record Updated(long request, Replicator.UpdateResponse<RegisterCell> response)
      implements Command {}

  private record Got(long request, Replicator.GetResponse<RegisterCell> response)
      implements Command {}

  private record GiveUp(long request, String reason) implements Command {}

  /** How a request ended. */
  public sealed interface Answer {
    /** The ballot is held by a majority, and the record is written under it. */
    record Claimed(Ballot ballot, RegisterRecord record) implements Answer {}

    /** The version is held by a majority, and the ballot was still the highest afterwards. */
    record Written(long version) implements Answer {}

    /** Somebody holds a higher ballot. */
    record Outbid(Ballot by) implements Answer {}

    /** No majority answered in time: whether anything was written is unknown. */
    record Unavailable(String reason) implements Answer {}
  }

  private static final Duration PAUSE = Duration.ofMillis(100);

  private final ReplicatorMessageAdapter<Command, RegisterCell> replicator;
  private final RegisterKey key;
  private final Replicator.WriteConsistency toMajority;
  private final Replicator.ReadConsistency fromMajority;
  private long request;
  private Optional<ActorRef<Answer>> waiting = Optional.empty();
  /** The step under way; null at rest. */
  private Request step;

  private Register(
      ActorContext<Command> context,
      ReplicatorMessageAdapter<Command, RegisterCell> replicator,
      GroupId group,
      int majority,
      Duration timeout) {
    super(context);
    this.replicator = replicator;
    this.key = new RegisterKey(group);
    this.toMajority =
        majority == 1 ? Replicator.writeLocal() : new Replicator.WriteTo(majority, timeout);
    this.fromMajority =
        majority == 1 ? Replicator.readLocal() : new Replicator.ReadFrom(majority, timeout);
  }

  /**
   * @param majority of the configured sentinels
   * @param timeout of one majority read or write
   */
  public static Behavior<Command> create(GroupId group, int majority, Duration timeout) {
    return Behaviors.setup(context -> DistributedData.withReplicatorMessageAdapter(
        (ReplicatorMessageAdapter<Command, RegisterCell> adapter) ->
            new Register(context, adapter, group, majority, timeout)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Claim.class, this::onClaim)
        .onMessage(Write.class, this::onWrite)
        .onMessage(Updated.class, this::onUpdated)
        .onMessage(Got.class, this::onGot)
        .onMessage(GiveUp.class, this::onGiveUp)
        .build();
  }

  private Behavior<Command> onClaim(Claim claim) {
    begin(claim.replyTo());
    go(Request.claim(claim.above()));
    return this;
  }

  private Behavior<Command> onWrite(Write write) {
    begin(write.replyTo());
    go(Request.write(write.record()));
    return this;
  }

  // One request at a time, in steps.

  private void begin(ActorRef<Answer> replyTo) {
    request++;
    waiting = Optional.of(replyTo);
  }

  private void go(Next next) {
    if (next instanceof Next.Read read) {
      read(read.request());
    } else if (next instanceof Next.Update update) {
      update(update.request());
    } else if (next instanceof Next.Claimed claimed) {
      end(new Answer.Claimed(claimed.ballot(), claimed.record()));
    } else if (next instanceof Next.Written written) {
      end(new Answer.Written(written.version()));
    } else if (next instanceof Next.Outbid outbid) {
      end(new Answer.Outbid(outbid.by()));
    }
  }

  private void end(Answer answer) {
    waiting.ifPresent(replyTo -> replyTo.tell(answer));
    waiting = Optional.empty();
    step = null;
    request++;
  }

  private void read(Request next) {
    step = next;
    long current = request;
    replicator.askGet(
        replyTo -> new Replicator.Get<>(key, fromMajority, replyTo),
        response -> new Got(current, response));
  }

  private void update(Request next) {
    step = next;
    long current = request;
    replicator.askUpdate(
        replyTo -> new Replicator.Update<>(
            key,
            RegisterCell.EMPTY,
            toMajority,
            replyTo,
            cell -> RegisterCell.of(next.change(cell.cell()))),
        response -> new Updated(current, response));
  }

  private Behavior<Command> onUpdated(Updated updated) {
    if (updated.request() == request) {
      if (updated.response() instanceof Replicator.UpdateSuccess) {
        go(step.updated());
      } else {
        fail("write: " + updated.response().getClass().getSimpleName());
      }
    }
    return this;
  }

  private Behavior<Command> onGot(Got got) {
    if (got.request() == request) {
      if (got.response() instanceof Replicator.GetSuccess<RegisterCell> success) {
        go(step.read(success.get(key).cell(), UUID.randomUUID()));
      } else if (got.response() instanceof Replicator.NotFound) {
        go(step.read(Cell.EMPTY, UUID.randomUUID()));
      } else {
        fail("read: " + got.response().getClass().getSimpleName());
      }
    }
    return this;
  }

  /** Too few replicas fail at once; whoever asks again at once would do nothing else. */
  private void fail(String reason) {
    getContext().scheduleOnce(PAUSE, getContext().getSelf(), new GiveUp(request, reason));
  }

  private Behavior<Command> onGiveUp(GiveUp giveUp) {
    if (giveUp.request() == request) {
      end(new Answer.Unavailable(giveUp.reason()));
    }
    return this;
  }
}
