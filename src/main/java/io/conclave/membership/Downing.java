package io.conclave.membership;

import akka.actor.Address;
import akka.actor.AddressFromURIString;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.Cluster;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import io.conclave.core.Incarnation;
import io.conclave.core.Pulse;
import io.conclave.core.membership.DowningRule;
import io.conclave.core.membership.DowningRule.Decision;
import io.conclave.core.membership.DowningRule.Peer;
import io.conclave.wire.Relays;
import io.conclave.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes members that are gone out of the cluster, on a sentinel: the shell of {@link DowningRule}. It stands in place of a
 * downing provider of Akka's: nothing else downs anybody but {@link Membership}, which downs its own host.
 */
public final class Downing extends AbstractBehavior<Downing.Command> {

  /** What it takes. */
  public sealed interface Command {}

  private record Heard(Pulse pulse) implements Command {}

  private enum Tick implements Command {
    NOW
  }

  private static final Logger log = LoggerFactory.getLogger(Downing.class);
  private static final String SENTINEL = "sentinel";
  private static final Duration TICK = Duration.ofMillis(200);

  private final DowningRule.Rules rules;
  private final Consumer<List<Incarnation>> findings;
  private final Cluster cluster;
  private DowningRule rule = DowningRule.begin(nowMs());
  private List<Incarnation> found = List.of();

  private Downing(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      DowningRule.Rules rules,
      Consumer<List<Incarnation>> findings) {
    super(context);
    this.rules = rules;
    this.findings = findings;
    ActorSystem<Void> system = context.getSystem();
    this.cluster = Cluster.get(Adapter.toClassic(system));
    ActorRef<Pulse> pulses = context.messageAdapter(Pulse.class, Heard::new);
    Relays.listen(system, Topics.PULSES, Pulse.class, pulses);
    // Fixed delay: the first tick after a thaw shows the whole gap.
    timers.startTimerWithFixedDelay(Tick.NOW, TICK);
  }

  /**
   * @param findings is told, at every look, whom this sentinel finds unreachable: the pulses say it
   */
  public static Behavior<Command> create(
      DowningRule.Rules rules, Consumer<List<Incarnation>> findings) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new Downing(context, timers, rules, findings)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Heard.class, this::onHeard)
        .onMessageEquals(Tick.NOW, this::onTick)
        .build();
  }

  private Behavior<Command> onHeard(Heard heard) {
    rule = rule.hear(rules, heard.pulse(), nowMs());
    return this;
  }

  private Behavior<Command> onTick() {
    long nowMs = nowMs();
    if (!takesPart()) {
      rule = DowningRule.begin(nowMs);
      say(List.of());
      return this;
    }
    List<Peer> members = members();
    rule = rule.tick(rules, members.stream().filter(this::isMissed).toList(), nowMs);
    say(rule.unreachable(rules, nowMs));
    Decision decision = rule.decide(rules, members, nowMs);
    if (decision instanceof Decision.Down down) {
      log.warn("a majority of the sentinels finds {} unreachable: removed", down.members());
      members.stream()
          .map(Peer::incarnation)
          .filter(down.members()::contains)
          .forEach(gone -> cluster.down(address(gone)));
    } else if (decision instanceof Decision.DownSelf) {
      log.warn("{} hears no majority of the sentinels: it begins anew", rules.self());
      cluster.down(cluster.selfAddress());
      rule = DowningRule.begin(nowMs);
    }
    return this;
  }

  private void say(List<Incarnation> unreachable) {
    if (!unreachable.equals(found)) {
      log.info("finds {} unreachable", unreachable);
      found = unreachable;
    }
    findings.accept(unreachable);
  }

  /** Whoever is joining takes part: perhaps its word is needed so that it can become a full member. */
  private boolean takesPart() {
    MemberStatus status = cluster.selfMember().status();
    return status.equals(MemberStatus.joining())
        || status.equals(MemberStatus.weaklyUp())
        || status.equals(MemberStatus.up());
  }

  private List<Peer> members() {
    return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
        .filter(member -> !member.uniqueAddress().equals(cluster.selfUniqueAddress())
            && !member.status().equals(MemberStatus.down()))
        .map(Downing::peer)
        .toList();
  }

  private static Peer peer(Member member) {
    return new Peer(
        new Incarnation(member.address().toString(), member.uniqueAddress().longUid()),
        member.hasRole(SENTINEL));
  }

  /** Not what gossip says of it: that is what others see. A sentinel watches every member itself (conclave-akka.conf). */
  private boolean isMissed(Peer peer) {
    return !cluster.failureDetector().isAvailable(address(peer.incarnation()));
  }

  private static Address address(Incarnation incarnation) {
    return AddressFromURIString.parse(incarnation.address());
  }

  private static long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
