package io.conclave.wire;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
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

  private record Hear<T>(ActorRef<T> listener, Attention attention) implements Message<T> {}

  /** How much of what is said somebody needs; the first needs most. */
  private enum Attention {
    LISTEN,
    OVERHEAR,
    GLANCE
  }

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
    system.registerExtension(ID).relay(key, type).tell(new Hear<>(listener, Attention.LISTEN));
  }

  /**
   * Has words that are said under this key passed on to somebody who only looks on. When somebody of this host
   * {@linkplain #listen listens}, these are all words, as they come here anyway; else whatever is new, and one a second of what
   * is repeated. In a cell of many hosts that is most of what idle hosts would say to one another.
   *
   * @param type of the words
   */
  public static <T> void overhear(
      ActorSystem<?> system, ServiceKey<T> key, Class<T> type, ActorRef<T> listener) {
    system.registerExtension(ID).relay(key, type).tell(new Hear<>(listener, Attention.OVERHEAR));
  }

  /**
   * Has words that are said under this key passed on to somebody for whom a second makes no difference: when somebody of this host
   * {@linkplain #listen listens} or {@linkplain #overhear overhears}, those that come here anyway; else one a second about each
   * thing, with news or without. In a failover there is news of everything at once, and whoever decides should not wait
   * for those who watch.
   *
   * @param key of words that are repeated
   * @param type of the words
   */
  public static <T> void glance(
      ActorSystem<?> system, ServiceKey<T> key, Class<T> type, ActorRef<T> listener) {
    system.registerExtension(ID).relay(key, type).tell(new Hear<>(listener, Attention.GLANCE));
  }

  @SuppressWarnings("unchecked") // the key has the type of the words
  private <T> ActorRef<Message<T>> relay(ServiceKey<T> key, Class<T> type) {
    return (ActorRef<Message<T>>) relays.computeIfAbsent(
        key,
        k -> system.systemActorOf(
            Behaviors.<Message<T>>setup(context -> new Relay<>(context, key, type)),
            "relay-" + key.id(),
            Props.empty()));
  }

  /** One for each key that somebody of this host hears. */
  private static final class Relay<T> extends AbstractBehavior<Message<T>> {
    private final Map<Attention, ServiceKey<T>> keys;
    private final ActorRef<T> ear;
    private final Set<ActorRef<T>> listeners = new HashSet<>();
    private Optional<Attention> registered = Optional.empty();

    Relay(ActorContext<Message<T>> context, ServiceKey<T> key, Class<T> type) {
      super(context);
      this.keys = Map.of(
          Attention.LISTEN,
          key,
          Attention.OVERHEAR,
          Broadcast.overheard(key, type),
          Attention.GLANCE,
          Broadcast.glanced(key, type));
      this.ear = context.messageAdapter(type, Word::new);
    }

    @Override
    public Receive<Message<T>> createReceive() {
      return newReceiveBuilder().onAnyMessage(this::on).build();
    }

    private Behavior<Message<T>> on(Message<T> message) {
      if (message instanceof Word<T> word) {
        listeners.forEach(listener -> listener.tell(word.word()));
      } else if (message instanceof Hear<T> hear) {
        listeners.add(hear.listener());
        getContext().watchWith(hear.listener(), new Gone<>(hear.listener()));
        register(hear.attention());
      } else if (message instanceof Gone<T> gone) {
        listeners.remove(gone.listener());
      }
      return this;
    }

    /** By what the most attentive needs; also when that one has ended: it is being restarted. */
    private void register(Attention needed) {
      if (registered.filter(now -> now.compareTo(needed) <= 0).isPresent()) {
        return;
      }
      ActorRef<Receptionist.Command> receptionist = getContext().getSystem().receptionist();
      registered.ifPresent(
          before -> receptionist.tell(Receptionist.deregister(keys.get(before), ear)));
      receptionist.tell(Receptionist.register(keys.get(needed), ear));
      registered = Optional.of(needed);
    }
  }
}
