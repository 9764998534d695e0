package io.conclave.wire;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The listeners of this host. A word that several of its actors hear crosses the network once: under its key one relay is
 * registered, which passes it on. To write and to read a word costs more than all that is done about it.
 */
public final class Relays implements Extension {
  private static final ExtensionId<Relays> ID = new ExtensionId<>() {
    @Override
    public Relays createExtension(ActorSystem<?> system) {
      return new Relays(system);
    }
  };

  /** The relay's own protocol: a word to pass on, a listener more, a listener less. */
  private sealed interface Message<T> {}

  private record Word<T>(T word) implements Message<T> {}

  private record Listen<T>(ActorRef<T> listener) implements Message<T> {}

  private record Gone<T>(ActorRef<T> listener) implements Message<T> {}

  private final ActorSystem<?> system;
  private final Map<ServiceKey<?>, ActorRef<?>> relays = new ConcurrentHashMap<>();

  private Relays(ActorSystem<?> system) {
    this.system = system;
  }

  /**
   * Has every word that is said under this key passed on to the listener, until that ends.
   *
   * @param type of the words
   */
  public static <T> void listen(
      ActorSystem<?> system, ServiceKey<T> key, Class<T> type, ActorRef<T> listener) {
    system.registerExtension(ID).relay(key, type).tell(new Listen<>(listener));
  }

  @SuppressWarnings("unchecked") // the key has the type of the words
  private <T> ActorRef<Message<T>> relay(ServiceKey<T> key, Class<T> type) {
    return (ActorRef<Message<T>>) relays.computeIfAbsent(
        key, k -> system.systemActorOf(relaying(key, type), "relay-" + key.id(), Props.empty()));
  }

  private static <T> Behavior<Message<T>> relaying(ServiceKey<T> key, Class<T> type) {
    return Behaviors.setup(context -> {
      ActorRef<T> ear = context.messageAdapter(type, Word::new);
      context.getSystem().receptionist().tell(Receptionist.register(key, ear));
      Set<ActorRef<T>> listeners = new HashSet<>();
      return Behaviors.receiveMessage(message -> {
        if (message instanceof Word<T> word) {
          listeners.forEach(listener -> listener.tell(word.word()));
        } else if (message instanceof Listen<T> listen) {
          listeners.add(listen.listener());
          context.watchWith(listen.listener(), new Gone<>(listen.listener()));
        } else if (message instanceof Gone<T> gone) {
          listeners.remove(gone.listener());
        }
        return Behaviors.same();
      });
    });
  }
}
