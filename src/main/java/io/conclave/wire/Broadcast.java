package io.conclave.wire;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import io.conclave.core.Timings;
import java.time.Duration;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * Passes each word on to everybody who is registered under a key, on any host of the cell; also to those on hosts that are
 * unreachable at the moment, because a frozen host must find its orders when it thaws. Those who only look on
 * ({@link Relays#overhear}) are told what is new at once, and what is repeated once a second.
 */
public final class Broadcast {
  /** Those who only look on are told a word about the same thing this often, while it says the same. */
  static final Duration OVERHEARD = Duration.ofMillis(Timings.OVERHEARD_MS);

  private static final String OVERHEARING = "-overheard";

  private Broadcast() {}

  /** The actor's own protocol: a word to pass on, or the current listeners. */
  private sealed interface Message<T> {}

  private record Say<T>(T word) implements Message<T> {}

  private record Listeners<T>(Set<ActorRef<T>> refs) implements Message<T> {}

  private record Onlookers<T>(Set<ActorRef<T>> refs) implements Message<T> {}

  /** A ref that takes words and has them passed on. */
  public static <T> Behavior<T> create(ServiceKey<T> key, Class<T> type) {
    return create(key, type, (word, listener) -> true);
  }

  /**
   * As {@link #create(ServiceKey, Class)}, with words that are not for everybody.
   *
   * @param isFor whether a listener is to be told a word; asked each time
   */
  static <T> Behavior<T> create(
      ServiceKey<T> key, Class<T> type, BiPredicate<T, ActorRef<T>> isFor) {
    return telling(type, Behaviors.setup(context -> {
      subscribe(context, key, Listeners::new);
      return sending(Set.of(), isFor);
    }));
  }

  /**
   * As {@link #create(ServiceKey, Class)}, for words that are repeated several times a second whether there is news or not.
   *
   * @param subject what a word is about: the next word about it says all that this one did
   * @param gist what of a word those who only look on must hear at once when it changes
   */
  public static <T> Behavior<T> repeating(
      ServiceKey<T> key, Class<T> type, Function<T, ?> subject, Function<T, ?> gist) {
    return telling(type, Behaviors.setup(context -> {
      subscribe(context, key, Listeners::new);
      subscribe(context, overheard(key, type), Onlookers::new);
      return new Repeating<>(subject, gist).behavior();
    }));
  }

  /** The key of those who only look on. */
  static <T> ServiceKey<T> overheard(ServiceKey<T> key, Class<T> type) {
    return ServiceKey.create(type, key.id() + OVERHEARING);
  }

  private static <T> Behavior<T> telling(Class<T> type, Behavior<Message<T>> sending) {
    return Behaviors.setup(context -> {
      ActorRef<Message<T>> sender = context.spawn(sending, "listeners");
      return Behaviors.receive(type)
          .onAnyMessage(word -> {
            sender.tell(new Say<>(word));
            return Behaviors.same();
          })
          .build();
    });
  }

  private static <T> void subscribe(
      ActorContext<Message<T>> context,
      ServiceKey<T> key,
      Function<Set<ActorRef<T>>, Message<T>> changed) {
    // A child for each key: an actor has one adapter for a class of messages.
    ActorRef<Receptionist.Listing> listings = context.spawn(
        Behaviors.receiveMessage(listing -> {
          context.getSelf().tell(changed.apply(listing.getAllServiceInstances(key)));
          return Behaviors.same();
        }),
        key.id());
    context.getSystem().receptionist().tell(Receptionist.subscribe(key, listings));
  }

  private static <T> Behavior<Message<T>> sending(
      Set<ActorRef<T>> refs, BiPredicate<T, ActorRef<T>> isFor) {
    return Behaviors.receiveMessage(message -> {
      if (message instanceof Listeners<T> listeners) {
        return sending(listeners.refs(), isFor);
      }
      T word = ((Say<T>) message).word();
      refs.stream().filter(ref -> isFor.test(word, ref)).forEach(ref -> ref.tell(word));
      return Behaviors.same();
    });
  }

  /** Tells the listeners all, and the onlookers what is new or due. */
  private static final class Repeating<T> {
    private final Function<T, ?> subject;
    private final Function<T, ?> gist;
    private final Repetitions told = new Repetitions(OVERHEARD);
    private Set<ActorRef<T>> listeners = Set.of();
    private Set<ActorRef<T>> onlookers = Set.of();

    Repeating(Function<T, ?> subject, Function<T, ?> gist) {
      this.subject = subject;
      this.gist = gist;
    }

    Behavior<Message<T>> behavior() {
      return Behaviors.receiveMessage(message -> {
        if (message instanceof Listeners<T> now) {
          listeners = now.refs();
        } else if (message instanceof Onlookers<T> now) {
          // Who has just come has been told nothing.
          if (!onlookers.containsAll(now.refs())) {
            told.forget();
          }
          onlookers = now.refs();
        } else if (message instanceof Say<T> say) {
          pass(say.word());
        }
        return Behaviors.same();
      });
    }

    private void pass(T word) {
      listeners.forEach(ref -> ref.tell(word));
      if (told.isNewOrDue(subject.apply(word), gist.apply(word), System.nanoTime())) {
        onlookers.forEach(ref -> ref.tell(word));
      }
    }
  }
}
