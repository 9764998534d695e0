package io.conclave.coordinator;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.receptionist.Receptionist;
import io.conclave.core.Appointment;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.SwitchoverReply;
import io.conclave.wire.OutlookRequest;
import io.conclave.wire.SwitchoverRequest;
import io.conclave.wire.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The place on a sentinel's host where coordinators run. The singleton appoints a host for each group; the seat there starts
 * the group's coordinator, and stops it when another host is appointed. A seat that hears nothing goes on as it is: two
 * coordinators at once are harmless, none is not.
 */
public final class Seat extends AbstractBehavior<Seat.Command> {
  private static final Logger log = LoggerFactory.getLogger(Seat.class);

  /** What a seat takes. */
  public sealed interface Command {}

  private record Appointed(Appointment appointment) implements Command {}

  private record Requested(SwitchoverRequest request) implements Command {}

  private record Asked(OutlookRequest request) implements Command {}

  private record Ended(GroupId group) implements Command {}

  private final HostId self;
  private final Function<GroupId, Behavior<GroupCoordinator.Command>> coordinators;
  private final Map<GroupId, ActorRef<GroupCoordinator.Command>> running = new HashMap<>();

  private Seat(
      ActorContext<Command> context,
      HostId self,
      Function<GroupId, Behavior<GroupCoordinator.Command>> coordinators) {
    super(context);
    this.self = self;
    this.coordinators = coordinators;
    ActorRef<Appointment> appointments = context.messageAdapter(Appointment.class, Appointed::new);
    ActorRef<SwitchoverRequest> requests =
        context.messageAdapter(SwitchoverRequest.class, Requested::new);
    context
        .getSystem()
        .receptionist()
        .tell(Receptionist.register(Topics.APPOINTMENTS, appointments));
    context
        .getSystem()
        .receptionist()
        .tell(Receptionist.register(Topics.requestsAt(self), requests));
    ActorRef<OutlookRequest> questions = context.messageAdapter(OutlookRequest.class, Asked::new);
    context
        .getSystem()
        .receptionist()
        .tell(Receptionist.register(Topics.outlooksAt(self), questions));
  }

  /**
   * @param coordinators how to start the coordinator of a group
   */
  public static Behavior<Command> create(
      HostId self, Function<GroupId, Behavior<GroupCoordinator.Command>> coordinators) {
    return Behaviors.setup(context -> new Seat(context, self, coordinators));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Appointed.class, this::onAppointed)
        .onMessage(Requested.class, this::onRequested)
        .onMessage(Asked.class, this::onAsked)
        .onMessage(Ended.class, this::onEnded)
        .build();
  }

  private Behavior<Command> onAppointed(Appointed appointed) {
    GroupId group = appointed.appointment().group();
    ActorRef<GroupCoordinator.Command> current = running.get(group);
    if (appointed.appointment().coordinator().equals(self)) {
      if (current == null) {
        start(group);
      }
    } else if (current != null) {
      log.info(
          "{} is coordinated at {} from now on", group, appointed.appointment().coordinator());
      getContext().stop(current);
    }
    return this;
  }

  private void start(GroupId group) {
    log.info("{} is coordinated here from now on", group);
    // The name is free only when the predecessor has ended, which Ended tells.
    ActorRef<GroupCoordinator.Command> coordinator =
        getContext().spawn(coordinators.apply(group), "coordinator-" + group.value());
    getContext().watchWith(coordinator, new Ended(group));
    running.put(group, coordinator);
  }

  private Behavior<Command> onEnded(Ended ended) {
    running.remove(ended.group());
    return this;
  }

  /** Without a coordinator nobody here knows: whoever asks does not wait long. */
  private Behavior<Command> onAsked(Asked asked) {
    ActorRef<GroupCoordinator.Command> coordinator = running.get(asked.request().group());
    if (coordinator != null) {
      coordinator.tell(new GroupCoordinator.Look(asked.request().replyTo()));
    }
    return this;
  }

  private Behavior<Command> onRequested(Requested requested) {
    SwitchoverRequest request = requested.request();
    ActorRef<GroupCoordinator.Command> coordinator = running.get(request.group());
    if (coordinator == null) {
      request
          .replyTo()
          .tell(new SwitchoverReply.Refused("the coordinator has just moved; try again"));
    } else {
      coordinator.tell(new GroupCoordinator.Switchover(request.target(), request.replyTo()));
    }
    return this;
  }
}
