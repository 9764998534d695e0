package io.conclave.wire;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import io.conclave.core.Timings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Passes each word on to everybody who is registered under a key, on any host of the cell; also to those on hosts that are
 * unreachable at the moment, because a frozen host must find its orders when it thaws. Those who only look on
 * ({@link Relays#overhear}) are told what is new at once, and what is repeated once a second; those who only glance
 * ({@link Relays#glance}) are told either once a second.
 */
public final class Broadcast {
  /** Those who only look on are told a word about the same thing this often, while it says the same. */
  static final Duration OVERHEARD = Duration.ofMillis(Timings.OVERHEARD_MS);

  private static final String OVERHEARING = "-overheard";
  private static final String GLANCING = "-glanced";

  private Broadcast() {}

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
    return behavior(type, context -> {
      Registered<T> listeners = new Registered<>(context, key);
      return new Ears<>(
          listeners::learn,
          word -> listeners.refs.stream()
              .filter(ref -> isFor.test(word, ref))
              .forEach(ref -> ref.tell(word)));
    });
  }

  /**
   * As {@link #create(ServiceKey, Class)}, for words that nobody waits for: this host is told at once, the others after a second, all that was
   * said in it.
   */
  public static <T> Behavior<T> gathering(ServiceKey<T> key, Class<T> type) {
    return behavior(type, context -> {
      Gathering<T> gathering = new Gathering<>(context, key);
      return new Ears<>(gathering::learn, gathering::pass, gathering::tellOthers);
    });
  }

  /**
   * As {@link #create(ServiceKey, Class)}, for words that are repeated several times a second whether there is news or not.
   *
   * @param subject what a word is about: the next word about it says all that this one did
   * @param gist what of a word those who overhear it must hear at once when it changes
   */
  public static <T> Behavior<T> repeating(
      ServiceKey<T> key, Class<T> type, Function<T, ?> subject, Function<T, ?> gist) {
    return behavior(type, context -> {
      Repeating<T> repeating = new Repeating<>(context, key, type, subject, gist);
      return new Ears<>(repeating::learn, repeating::pass);
    });
  }

  /** The key of those who only look on. */
  static <T> ServiceKey<T> overheard(ServiceKey<T> key, Class<T> type) {
    return ServiceKey.create(type, key.id() + OVERHEARING);
  }

  /** The key of those who only glance. */
  static <T> ServiceKey<T> glanced(ServiceKey<T> key, Class<T> type) {
    return ServiceKey.create(type, key.id() + GLANCING);
  }

  /** What is done about a listing of the receptionist, about a word, and when the time for more is over, or this ends. */
  private record Ears<T>(
      Consumer<Receptionist.Listing> listings, Consumer<T> words, Runnable over) {
    Ears(Consumer<Receptionist.Listing> listings, Consumer<T> words) {
      this(listings, words, () -> {});
    }
  }

  private static Behavior<Object> timeIsOver(Ears<?> ears) {
    ears.over().run();
    return Behaviors.same();
  }

  private enum Over {
    NOW
  }

  /** One actor for words and listings, because each further one would be a wait for its turn; others see words only. */
  private static <T> Behavior<T> behavior(
      Class<T> type, Function<ActorContext<Object>, Ears<T>> begin) {
    return Behaviors.setup((ActorContext<Object> context) -> {
          Ears<T> ears = begin.apply(context);
          return Behaviors.receive(Object.class)
              .onMessage(Receptionist.Listing.class, listing -> {
                ears.listings().accept(listing);
                return Behaviors.same();
              })
              .onMessage(type, word -> {
                ears.words().accept(word);
                return Behaviors.same();
              })
              .onMessageEquals(Over.NOW, () -> timeIsOver(ears))
              .onSignal(PreRestart.class, failed -> timeIsOver(ears))
              .onSignal(PostStop.class, stopped -> timeIsOver(ears))
              .build();
        })
        .narrow();
  }

  /** Who is registered under a key. */
  private static final class Registered<T> {
    private final ServiceKey<T> key;
    private Set<ActorRef<T>> refs = Set.of();

    Registered(ActorContext<Object> context, ServiceKey<T> key) {
      this.key = key;
      context
          .getSystem()
          .receptionist()
          .tell(Receptionist.subscribe(key, context.getSelf().narrow()));
    }

    void learn(Receptionist.Listing listing) {
      if (listing.isForKey(key)) {
        refs = listing.getAllServiceInstances(key);
      }
    }
  }

  /** Keeps what is for other hosts for a while. */
  private static final class Gathering<T> {
    private final ActorContext<Object> context;
    private final Registered<T> registered;
    private final List<T> kept = new ArrayList<>();

    Gathering(ActorContext<Object> context, ServiceKey<T> key) {
      this.context = context;
      this.registered = new Registered<>(context, key);
    }

    void learn(Receptionist.Listing listing) {
      registered.learn(listing);
    }

    void pass(T word) {
      tell(word, true);
      if (kept.isEmpty()) {
        context.scheduleOnce(OVERHEARD, context.getSelf(), Over.NOW);
      }
      kept.add(word);
    }

    void tellOthers() {
      kept.forEach(word -> tell(word, false));
      kept.clear();
    }

    private void tell(T word, boolean here) {
      registered.refs.stream()
          .filter(ref -> ref.path().address().hasLocalScope() == here)
          .forEach(ref -> ref.tell(word));
    }
  }

  /** Those who are told some of the words only. */
  private static final class Sparing<T> {
    private final Registered<T> registered;
    private final Function<T, ?> subject;
    private final Function<T, ?> gist;
    private final Repetitions told = new Repetitions(OVERHEARD);

    Sparing(Registered<T> registered, Function<T, ?> subject, Function<T, ?> gist) {
      this.registered = registered;
      this.subject = subject;
      this.gist = gist;
    }

    void learn(Receptionist.Listing listing) {
      Set<ActorRef<T>> before = registered.refs;
      registered.learn(listing);
      // Who has just come has been told nothing.
      if (!before.containsAll(registered.refs)) {
        told.forget();
      }
    }

    void pass(T word) {
      if (!registered.refs.isEmpty()
          && told.isNewOrDue(subject.apply(word), gist.apply(word), System.nanoTime())) {
        registered.refs.forEach(ref -> ref.tell(word));
      }
    }
  }

  /** Tells the listeners all, the others what is new or due. */
  private static final class Repeating<T> {
    private static final Object NO_NEWS = "";

    private final Registered<T> listeners;
    private final Sparing<T> onlookers;
    private final Sparing<T> glancers;

    Repeating(
        ActorContext<Object> context,
        ServiceKey<T> key,
        Class<T> type,
        Function<T, ?> subject,
        Function<T, ?> gist) {
      this.listeners = new Registered<>(context, key);
      this.onlookers =
          new Sparing<>(new Registered<>(context, overheard(key, type)), subject, gist);
      this.glancers =
          new Sparing<>(new Registered<>(context, glanced(key, type)), subject, word -> NO_NEWS);
    }

    void learn(Receptionist.Listing listing) {
      listeners.learn(listing);
      onlookers.learn(listing);
      glancers.learn(listing);
    }

    void pass(T word) {
      listeners.refs.forEach(ref -> ref.tell(word));
      onlookers.pass(word);
      glancers.pass(word);
    }
  }
}
