package io.conclave.register;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.register.AdmissionRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a sentinel out of the cluster until its replica of the register has all that it ever acknowledged (design, section
 * 3.4). An empty replica would complete majority reads with nothing, and a promise would be forgotten. A replicator is
 * asked by others only once its host is a member, so it is enough not to join before.
 *
 * <p>A complete store joins at once. Another one is filled from n − m + 1 other sentinels, which tell their replicas
 * also while they wait themselves and are no members; then it is marked complete, on disk, and the host joins.
 */
public final class Admission extends AbstractBehavior<Admission.Command> {

  /** What it takes. */
  public sealed interface Command {}

  /** Tell the own replica, as JSON for another sentinel; no answer while the store cannot be read. */
  public record Tell(ActorRef<String> replyTo) implements Command {}

  private record Loaded(List<Replica.Entry> cells) implements Command {}

  private record Told(Replica replica, ActorRef<String> replyTo) implements Command {}

  private record Answered(HostId from, Replica replica) implements Command {}

  private record Silent(HostId from, String reason) implements Command {}

  private record Stored(List<GroupId> groups) implements Command {}

  private record Failed(String what, Throwable cause) implements Command {}

  private enum Ask implements Command {
    AGAIN
  }

  private enum Say implements Command {
    WHY_IT_WAITS
  }

  private enum Try implements Command {
    AGAIN
  }

  private record Untold(String reason) implements Command {}

  /**
   * The sentinel and its surroundings.
   *
   * @param others all other configured sentinels
   * @param majority of the configured sentinels
   * @param groups of the cell
   * @param store the directory of Distributed Data's durable store
   */
  public record Place(
      String cell,
      HostId self,
      List<OtherSentinel> others,
      int majority,
      List<GroupId> groups,
      Path store) {
    public Place {
      others = List.copyOf(others);
      groups = List.copyOf(groups);
    }

    int needed() {
      return AdmissionRule.needed(others.size() + 1, majority);
    }
  }

  /** Of the actor, right below the guardian: the others ask it there. */
  public static final String NAME = "admission";

  private static final Logger log = LoggerFactory.getLogger(Admission.class);
  private static final Duration ASK_AGAIN = Duration.ofMillis(200);

  /** The others of a cell that starts for the first time are up by then: nothing to say. */
  private static final Duration FIRST_WORD = Duration.ofSeconds(2);

  private static final Duration NEXT_WORD = Duration.ofSeconds(5);

  private final TimerScheduler<Command> timers;
  private final Place place;
  private final Runnable join;
  private final Store store;
  private final LocalReplica replica;
  private final Optional<List<GroupId>> marked;
  private final Set<GroupId> groups;
  private final Map<HostId, Replica> answers = new TreeMap<>();
  private final Map<HostId, String> silent = new HashMap<>();
  private final Set<HostId> asked = new HashSet<>();
  private Optional<Enquiry> enquiry = Optional.empty();
  private List<Replica.Entry> own = List.of();
  private Stage stage = Stage.LOADING;

  private enum Stage {
    LOADING,
    WAITING,
    STORING,
    COMPLETE
  }

  private Admission(
      ActorContext<Command> context, TimerScheduler<Command> timers, Place place, Runnable join) {
    super(context);
    this.timers = timers;
    this.place = place;
    this.join = join;
    this.store = new Store(place.store(), place.cell(), place.self());
    this.marked = store.complete();
    if (marked.isEmpty()) {
      // Before the replicator makes files that a marker left over would vouch for.
      store.markIncomplete();
    }
    this.groups = Stream.concat(place.groups().stream(), marked.stream().flatMap(List::stream))
        .collect(Collectors.toSet());
    this.replica = new LocalReplica(context.getSystem());
    load();
  }

  /**
   * Starts the replicator, too.
   *
   * @param join joins the cluster; run once, when the replica is complete
   */
  public static Behavior<Command> create(Place place, Runnable join) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new Admission(context, timers, place, join)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Tell.class, this::onTell)
        .onMessage(Told.class, Admission::onTold)
        .onMessage(Loaded.class, this::onLoaded)
        .onMessageEquals(Ask.AGAIN, this::onAskAgain)
        .onMessageEquals(Say.WHY_IT_WAITS, this::onSayWhy)
        .onMessage(Answered.class, this::onAnswered)
        .onMessage(Silent.class, this::onSilent)
        .onMessage(Stored.class, this::onStored)
        .onMessage(Failed.class, this::onFailed)
        .onMessageEquals(Try.AGAIN, this::onTryAgain)
        .onMessage(Untold.class, untold -> Behaviors.same())
        .build();
  }

  private void load() {
    getContext()
        .pipeToSelf(
            replica.read(groups),
            (cells, failure) -> failure == null ? new Loaded(cells) : new Failed("read", failure));
  }

  private Behavior<Command> onLoaded(Loaded loaded) {
    own = loaded.cells();
    Set<GroupId> held = own.stream().map(Replica.Entry::group).collect(Collectors.toSet());
    if (marked.isPresent() && held.containsAll(marked.get())) {
      admit();
      return this;
    }
    store.markIncomplete();
    stage = Stage.WAITING;
    if (place.others().isEmpty()) {
      keep();
    } else {
      enquiry = Optional.of(new Enquiry(place.cell(), getContext().getSystem()));
      timers.startTimerWithFixedDelay(Ask.AGAIN, Duration.ZERO, ASK_AGAIN);
      timers.startTimerWithFixedDelay(Say.WHY_IT_WAITS, FIRST_WORD, NEXT_WORD);
    }
    return this;
  }

  private Behavior<Command> onAskAgain() {
    if (stage != Stage.WAITING) {
      return this;
    }
    if (Files.exists(store.override())) {
      log.warn(
          "{} takes part with what is left of the register, as {} says: what the others knew is"
              + " given up",
          place.self(),
          store.override());
      keep();
      return this;
    }
    enquiry.ifPresent(open -> place.others().stream()
        .filter(other -> !isComplete(other.host()) && asked.add(other.host()))
        .forEach(other -> ask(open, other)));
    return this;
  }

  private boolean isComplete(HostId other) {
    return Optional.ofNullable(answers.get(other)).map(Replica::complete).orElse(false);
  }

  private void ask(Enquiry open, OtherSentinel other) {
    getContext()
        .pipeToSelf(
            open.ask(other),
            (answer, failure) -> failure == null
                ? new Answered(other.host(), answer)
                : new Silent(other.host(), reason(failure)));
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
    if (cause instanceof TimeoutException) {
      return "is it down, or cut off?";
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  private Behavior<Command> onAnswered(Answered answered) {
    asked.remove(answered.from());
    silent.remove(answered.from());
    answers.put(answered.from(), answered.replica());
    if (stage == Stage.WAITING && isAdmitted()) {
      keep();
    }
    return this;
  }

  private boolean isAdmitted() {
    return AdmissionRule.admits(
        place.needed(),
        told(false, own).isBlank(),
        answers.values().stream().map(Replica::asOther).toList());
  }

  /** What it said before stays: a replica only grows, and a blank one that has gone is not counted as more than blank. */
  private Behavior<Command> onSilent(Silent other) {
    asked.remove(other.from());
    silent.put(other.from(), other.reason());
    return this;
  }

  /** Merges everything that is known, and the groups of which nothing is, so that the store holds them all. */
  private void keep() {
    stage = Stage.STORING;
    List<Replica> all = new ArrayList<>(answers.values());
    all.add(told(false, own));
    all.add(told(
        false,
        place.groups().stream()
            .map(group -> new Replica.Entry(group, RegisterCell.EMPTY))
            .toList()));
    getContext()
        .pipeToSelf(
            replica.merge(Replica.merge(all)),
            (stored, failure) ->
                failure == null ? new Stored(stored) : new Failed("write", failure));
  }

  private Behavior<Command> onStored(Stored stored) {
    groups.addAll(stored.groups());
    store.markComplete(stored.groups());
    store.forgetOverride();
    if (!answers.isEmpty()) {
      log.info("{} has the register from {}", place.self(), answers.keySet());
    }
    admit();
    return this;
  }

  private void admit() {
    stage = Stage.COMPLETE;
    timers.cancelAll();
    enquiry = Optional.empty();
    answers.clear();
    join.run();
  }

  /** What is wrong is in the log before this; a full disk may be freed, a broken store needs an operator. */
  private Behavior<Command> onFailed(Failed failed) {
    log.error(
        "{} does not take part: it cannot {} its replica of the register in {} ({}). If the store"
            + " is damaged, stop this host, move that directory away and start it again: it is"
            + " then filled from the other sentinels",
        place.self(),
        failed.what(),
        store.directory(),
        reason(failed.cause()));
    timers.startSingleTimer(Try.AGAIN, NEXT_WORD);
    return this;
  }

  private Behavior<Command> onTryAgain() {
    if (stage == Stage.LOADING) {
      load();
    } else if (stage == Stage.STORING) {
      keep();
    }
    return this;
  }

  private Behavior<Command> onSayWhy() {
    if (stage == Stage.WAITING) {
      log.warn(
          "{} waits, and does not take part yet: its store of the register in {} is empty or was"
              + " replaced, and may have held what only one other sentinel knows. It needs {} of"
              + " the others: {}. If they are gone for ever, create the file {}: it then goes on"
              + " with what it has, and what they knew is lost",
          place.self(),
          store.directory(),
          place.needed(),
          place.others().stream().map(this::state).collect(Collectors.joining("; ")),
          store.override());
    }
    return this;
  }

  private String state(OtherSentinel other) {
    String name = other.host() + " (" + other.system() + ")";
    if (isComplete(other.host())) {
      return name + " has answered";
    }
    String reason = silent.get(other.host());
    if (reason != null) {
      return name + " does not answer: " + reason;
    }
    return answers.containsKey(other.host())
        ? name + " waits itself, as its own store is not complete"
        : name + " was asked";
  }

  /** Whether it is complete is asked before the cells are read, so that these are not older than that. */
  private Behavior<Command> onTell(Tell tell) {
    boolean complete = stage == Stage.COMPLETE;
    getContext()
        .pipeToSelf(
            replica.read(groups),
            (cells, failure) -> failure == null
                ? new Told(told(complete, cells), tell.replyTo())
                : new Untold(reason(failure)));
    return this;
  }

  private static Behavior<Command> onTold(Told told) {
    told.replyTo().tell(ReplicaJson.write(told.replica()));
    return Behaviors.same();
  }

  private Replica told(boolean complete, List<Replica.Entry> cells) {
    return new Replica(place.cell(), place.self(), complete, cells);
  }
}
