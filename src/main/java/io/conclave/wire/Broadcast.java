package io.conclave.wire;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Passes each word on to everybody who is registered under a key, on any host of the cell; also to those on hosts that are
 * unreachable at the moment, because a frozen host must find its orders when it thaws.
 */
public final class Broadcast {
  private Broadcast() {}

  /** The actor's own protocol: a word to pass on, or the current listeners. */
  private sealed interface Message<T> {}

  private record Say<T>(T word) implements Message<T> {}

  private record Listeners<T>(Set<ActorRef<T>> refs) implements Message<T> {}

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
    return Behaviors.setup(context -> {
      ActorRef<Message<T>> sender = context.spawn(sender(key, isFor), "listeners");
      return Behaviors.receive(type)
          .onAnyMessage(word -> {
            sender.tell(new Say<>(word));
            return Behaviors.same();
          })
          .build();
    });
  }

  private static <T> Behavior<Message<T>> sender(
      ServiceKey<T> key, BiPredicate<T, ActorRef<T>> isFor) {
    return Behaviors.setup(context -> {
      ActorSystem<Void> system = context.getSystem();
      ActorRef<Receptionist.Listing> adapter = context.messageAdapter(
          Receptionist.Listing.class,
          listing -> new Listeners<>(listing.getAllServiceInstances(key)));
      system.receptionist().tell(Receptionist.subscribe(key, adapter));
      return sending(Set.of(), isFor);
    });
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
}
