package io.conclave.membership;

import akka.actor.Address;
import akka.actor.AddressFromURIString;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.ClusterEvent.CurrentClusterState;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Down;
import akka.cluster.typed.JoinSeedNodes;
import io.conclave.core.HostId;
import io.conclave.core.membership.Entrance;
import io.conclave.core.membership.Entrance.Decision;
import io.conclave.core.membership.Whereabouts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a host into the cluster of its cell, and back into it: the shell of {@link Entrance}. It asks the sentinels where
 * they are, over the port of the cluster; nobody needs to be a member for that.
 */
public final class Membership extends AbstractBehavior<Membership.Command> {

  /** What it takes. */
  public sealed interface Command {}

  /**
   * Another host asks where this one is.
   *
   * @param uid of the asker's actor system: a host that has begun anew is another one
   * @param ready whether the asker would found a cluster if it had the support
   */
  public record Ask(
      HostId from, String address, long uid, boolean ready, ActorRef<Whereabouts> replyTo)
      implements Command {}

  /** This host may join from now on. */
  public enum Admitted implements Command {
    NOW
  }

  private record Answered(Whereabouts whereabouts) implements Command {}

  private enum Tick implements Command {
    NOW
  }

  /**
   * @param others actor systems of the other sentinels, {@code akka://cell@host:port}
   */
  public record Place(Entrance.Rules rules, Map<HostId, String> others) {
    public Place {
      others = Map.copyOf(others);
    }
  }

  /** Of the actor, right below the guardian: the others ask it there. */
  public static final String NAME = "membership";

  private static final Logger log = LoggerFactory.getLogger(Membership.class);
  private static final String SENTINEL = "sentinel";
  private static final long ASK_OUTSIDE_MS = 100;
  private static final long ASK_INSIDE_MS = 1000;

  /** A join that has led to nothing is tried again, perhaps elsewhere. */
  private static final long JOIN_AGAIN_MS = 1000;

  /** More than the age of an answer that counts. */
  private static final long SETTLE_MS = 2000;

  /** More than gossip takes on a busy machine to tell all others of somebody who joins. */
  private static final long SETTLE_JOINING_MS = 8000;

  /** This host's status as a member, and since when. */
  private record Since(MemberStatus status, long atMs) {}

  private final Place place;
  private final Cluster cluster;
  private final ActorRef<Whereabouts> answers;
  private Entrance entrance = Entrance.begin();
  private boolean admitted;
  private boolean founding;
  private boolean ending;
  private Since since = new Since(MemberStatus.removed(), nowMs());
  private long askedMs;
  private long joinedMs = nowMs() - JOIN_AGAIN_MS;

  private Membership(ActorContext<Command> context, TimerScheduler<Command> timers, Place place) {
    super(context);
    this.place = place;
    this.cluster = Cluster.get(context.getSystem());
    this.answers = context.messageAdapter(Whereabouts.class, Answered::new);
    // Fixed delay: the first tick after a thaw asks at once.
    timers.startTimerWithFixedDelay(Tick.NOW, Duration.ZERO, Duration.ofMillis(ASK_OUTSIDE_MS));
  }

  /** Answers from the start; joins once it is told {@link Admitted}. */
  public static Behavior<Command> create(Place place) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new Membership(context, timers, place)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Ask.class, this::onAsk)
        .onMessage(Answered.class, this::onAnswered)
        .onMessageEquals(Admitted.NOW, this::onAdmitted)
        .onMessageEquals(Tick.NOW, this::onTick)
        .build();
  }

  private Behavior<Command> onAdmitted() {
    admitted = true;
    return this;
  }

  private Behavior<Command> onAsk(Ask ask) {
    if (ask.ready()) {
      entrance = entrance.asked(place.rules(), ask.from(), nowMs());
    }
    ask.replyTo()
        .tell(new Whereabouts(
            place.rules().cell(),
            place.rules().self(),
            founding || isMember(),
            members().anyMatch(member -> is(member, ask)),
            extent(),
            entrance.supports(place.rules(), nowMs())));
    return this;
  }

  private static boolean is(Member member, Ask ask) {
    return member.address().toString().equals(ask.address())
        && member.uniqueAddress().longUid() == ask.uid()
        && member.status() != MemberStatus.down();
  }

  private Behavior<Command> onAnswered(Answered answered) {
    Optional<Entrance.Extent> own = isSettled() ? Optional.of(extent()) : Optional.empty();
    entrance = entrance.hear(place.rules(), answered.whereabouts(), own, nowMs());
    act();
    return this;
  }

  private Behavior<Command> onTick() {
    if (nowMs() - askedMs >= (isMember() ? ASK_INSIDE_MS : ASK_OUTSIDE_MS)) {
      askedMs = nowMs();
      place.others().values().forEach(this::ask);
    }
    act();
    return this;
  }

  private void ask(String other) {
    ActorRef<Command> there =
        ActorRefResolver.get(getContext().getSystem()).resolveActorRef(other + "/user/" + NAME);
    Member self = cluster.selfMember();
    there.tell(new Ask(
        place.rules().self(),
        self.address().toString(),
        self.uniqueAddress().longUid(),
        admitted && !isMember(),
        answers));
  }

  private void act() {
    if (ending) {
      return;
    }
    if (isMember()) {
      founding = false;
      if (isSettled() && entrance.stay(place.rules(), nowMs()) instanceof Decision.BeginAnew) {
        beginAnew();
      }
    } else if (admitted && nowMs() - joinedMs >= JOIN_AGAIN_MS) {
      enter(entrance.enter(place.rules(), nowMs()));
    }
  }

  /**
   * Answers from before the others knew this host say nothing. Whoever is up is known to all; who is still joining perhaps is
   * so in a cluster that never will agree on it, and must be able to leave that, too.
   */
  private boolean isSettled() {
    MemberStatus status = cluster.selfMember().status();
    if (!status.equals(since.status())) {
      since = new Since(status, nowMs());
    }
    boolean up = status == MemberStatus.up();
    boolean joining = status == MemberStatus.joining() || status == MemberStatus.weaklyUp();
    long age = nowMs() - since.atMs();
    return (up && age >= SETTLE_MS) || (joining && age >= SETTLE_JOINING_MS);
  }

  private void enter(Decision decision) {
    if (decision instanceof Decision.Join join) {
      joinAt(place.others().get(join.host()));
    } else if (decision instanceof Decision.Found) {
      log.info(
          "{} founds the cluster: no sentinel that answers is in one",
          place.rules().self());
      founding = true;
      joinAt(cluster.selfMember().address().toString());
    }
  }

  private void joinAt(String system) {
    joinedMs = nowMs();
    Address address = AddressFromURIString.parse(system);
    cluster.manager().tell(new JoinSeedNodes(List.of(address)));
  }

  /** Down, and not Leave: the members that would have to agree do not know this one any more. */
  private void beginAnew() {
    log.warn(
        "the cell goes on in a cluster without {}, which was frozen or cut off: it begins anew",
        place.rules().self());
    ending = true;
    cluster.manager().tell(new Down(cluster.selfMember().address()));
  }

  /** Before a host has joined its own status is Removed, too. */
  private boolean isMember() {
    MemberStatus status = cluster.selfMember().status();
    return status != MemberStatus.removed() && status != MemberStatus.down();
  }

  private Entrance.Extent extent() {
    CurrentClusterState state = cluster.state();
    return place
        .rules()
        .extent(members()
            .filter(
                member -> member.hasRole(SENTINEL) && !state.getUnreachable().contains(member))
            .map(member -> member.address().toString())
            .flatMap(address -> host(address).stream())
            .toList());
  }

  private Optional<HostId> host(String address) {
    return address.equals(cluster.selfMember().address().toString())
        ? Optional.of(place.rules().self())
        : place.others().entrySet().stream()
            .filter(other -> other.getValue().equals(address))
            .map(Map.Entry::getKey)
            .findFirst();
  }

  private Stream<Member> members() {
    return StreamSupport.stream(cluster.state().getMembers().spliterator(), false);
  }

  private static long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
