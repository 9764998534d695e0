package io.conclave.history;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import io.conclave.core.FailoverSummary;
import io.conclave.core.GroupId;
import io.conclave.core.decision.Changes;
import io.conclave.core.decision.DecisionRecord;
import io.conclave.wire.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The decisions of all coordinators, as one host keeps them: in memory and in a file of its own. Coordinators say a decision
 * once, to every host that listens; hosts that missed some (they were down, frozen, cut off) get them from the others. So a
 * decision outlives the coordinator, its host, and a restart of the whole cell; and nobody waits for it.
 */
public final class History extends AbstractBehavior<History.Command> {
  private static final Logger log = LoggerFactory.getLogger(History.class);
  private static final Duration COMPARE_EVERY = Duration.ofSeconds(2);

  /** Of each group: months of an ordinary life, about 2 MB. */
  static final int KEPT = 500;

  /** More lines in the file than records that are kept: then it is written anew. */
  private static final int SLACK = 500;

  /** What a history takes. */
  public sealed interface Command {}

  /** Asks for the records of all groups. */
  public record Tell(ActorRef<Told> replyTo) implements Command {}

  /** The records of all groups; those of each group oldest first. */
  public record Told(List<DecisionRecord> records) {}

  /** Another host says what it has, as a number for each group; who has something else answers with {@link Lack}. */
  record Offer(List<Shelf> shelves, ActorRef<Command> replyTo) implements Command {}

  /** What a host has of a group. */
  record Shelf(GroupId group, long fingerprint) {}

  /** A host has these of the group; whoever hears it sends what is missing. */
  record Lack(GroupId group, List<String> known, ActorRef<Command> replyTo) implements Command {}

  /** One record that was missing. */
  record Supply(DecisionRecord record) implements Command {}

  private record Heard(DecisionRecord record) implements Command {}

  private record Others(Set<ActorRef<Command>> refs) implements Command {}

  private record Compare() implements Command {}

  private static final ServiceKey<Command> KEY = ServiceKey.create(Command.class, "history");

  private final List<GroupId> groups;
  private final Chronicle chronicle = new Chronicle(KEPT);
  private final Journal journal;
  private final BiConsumer<GroupId, FailoverSummary> changed;
  private final ActorRef<Receptionist.Listing> listing;
  private int asked;
  private boolean behind;

  private History(
      ActorContext<Command> context,
      List<GroupId> groups,
      Path file,
      BiConsumer<GroupId, FailoverSummary> changed) {
    super(context);
    this.groups = List.copyOf(groups);
    this.journal = new Journal(file);
    this.changed = changed;
    load();
    this.listing = context.messageAdapter(
        Receptionist.Listing.class, all -> new Others(all.getServiceInstances(KEY)));
    ActorRef<DecisionRecord> ear = context.messageAdapter(DecisionRecord.class, Heard::new);
    ActorRef<Receptionist.Command> receptionist = context.getSystem().receptionist();
    receptionist.tell(Receptionist.register(KEY, context.getSelf()));
    receptionist.tell(Receptionist.register(Topics.DECISIONS, ear));
  }

  /**
   * @param groups of the cell
   * @param file of this host alone
   * @param changed is told the last change of primary of a group whenever another one is known
   */
  public static Behavior<Command> create(
      List<GroupId> groups, Path file, BiConsumer<GroupId, FailoverSummary> changed) {
    return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
      timers.startTimerWithFixedDelay(new Compare(), COMPARE_EVERY);
      return new History(context, groups, file, changed);
    }));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Heard.class, heard -> take(heard.record()))
        .onMessage(Supply.class, supply -> take(supply.record()))
        .onMessage(Tell.class, this::onTell)
        .onMessage(Others.class, this::onOthers)
        .onMessage(Compare.class, this::onCompare)
        .onMessage(Offer.class, this::onOffer)
        .onMessage(Lack.class, this::onLack)
        .build();
  }

  private void load() {
    try {
      journal.load().forEach(chronicle::add);
    } catch (IOException e) {
      log.error("the decisions of before cannot be read: {}", e.toString());
    }
    chronicle.groups().forEach(this::tellChange);
  }

  private Behavior<Command> take(DecisionRecord record) {
    if (chronicle.add(record)) {
      keep(record);
      tellChange(record.group());
    }
    return this;
  }

  private void tellChange(GroupId group) {
    Changes.last(chronicle.of(group)).ifPresent(summary -> changed.accept(group, summary));
  }

  /** A disk that takes nothing is no reason to stop: the other hosts have it, and it is tried again with the next one. */
  private void keep(DecisionRecord record) {
    try {
      if (behind || journal.lines() >= chronicle.size() + SLACK) {
        journal.rewrite(chronicle.all());
      } else {
        journal.append(record);
      }
      behind = false;
    } catch (IOException e) {
      behind = true;
      log.error("decision {} is not on disk here: {}", record.id(), e.toString());
    }
  }

  /** What a host loses with its power before that, it gets from the others. A file that is behind is written anew first. */
  private void sync() {
    if (behind) {
      return;
    }
    try {
      journal.sync();
    } catch (IOException e) {
      behind = true;
      log.error("decisions are not on disk here: {}", e.toString());
    }
  }

  private Behavior<Command> onTell(Tell tell) {
    tell.replyTo().tell(new Told(chronicle.all()));
    return this;
  }

  /** Asks each time: an actor that is registered must not subscribe too, the receptionist would fail. */
  private Behavior<Command> onCompare(Compare tick) {
    sync();
    getContext().getSystem().receptionist().tell(Receptionist.find(KEY, listing));
    return this;
  }

  /** One of the others at a time: what one host has reaches all of them in a few rounds. */
  private Behavior<Command> onOthers(Others heard) {
    List<ActorRef<Command>> others = heard.refs().stream()
        .filter(ref -> !ref.equals(getContext().getSelf()))
        .sorted()
        .toList();
    if (!others.isEmpty()) {
      asked = (asked + 1) % others.size();
      others.get(asked).tell(new Offer(shelves(), getContext().getSelf()));
    }
    return this;
  }

  private List<Shelf> shelves() {
    return groups.stream()
        .map(group -> new Shelf(group, chronicle.fingerprint(group)))
        .toList();
  }

  private Behavior<Command> onOffer(Offer offer) {
    for (Shelf shelf : offer.shelves()) {
      if (chronicle.fingerprint(shelf.group()) != shelf.fingerprint()) {
        offer
            .replyTo()
            .tell(new Lack(shelf.group(), known(shelf.group()), getContext().getSelf()));
      }
    }
    return this;
  }

  private List<String> known(GroupId group) {
    return new ArrayList<>(chronicle.of(group).stream().map(DecisionRecord::id).toList());
  }

  private Behavior<Command> onLack(Lack lack) {
    Set<String> known = new HashSet<>(lack.known());
    chronicle.of(lack.group()).stream()
        .filter(record -> !known.contains(record.id()))
        .forEach(record -> lack.replyTo().tell(new Supply(record)));
    return this;
  }
}
