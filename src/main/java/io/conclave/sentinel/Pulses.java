package io.conclave.sentinel;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.conclave.core.HostId;
import io.conclave.core.Pulse;
import java.time.Duration;

/** Says at a steady pace that the sentinel of this host is there. */
public final class Pulses {
  private Pulses() {}

  private record Beat() {}

  public static Behavior<?> create(HostId self, Duration every, ActorRef<Pulse> listeners) {
    return Behaviors.<Beat>withTimers(timers -> {
      timers.startTimerWithFixedDelay(new Beat(), every);
      return Behaviors.receive(Beat.class)
          .onAnyMessage(beat -> {
            listeners.tell(new Pulse(self));
            return Behaviors.same();
          })
          .build();
    });
  }
}
