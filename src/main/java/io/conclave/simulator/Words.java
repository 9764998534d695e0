package io.conclave.simulator;

import io.conclave.core.Fenced;
import io.conclave.core.Order;
import io.conclave.core.Task;

/** Short forms of long words, for the timeline. */
final class Words {
  private Words() {}

  /** The same in every locale, and quicker than a format. */
  static String seconds(long ms) {
    return ms / 1000 + "." + Long.toString(1000 + ms % 1000).substring(1);
  }

  static String of(Order order) {
    return "%s by %s/%d".formatted(of(order.task()), order.ballot(), order.number());
  }

  static String of(Task task) {
    String name = task.getClass().getSimpleName();
    if (task instanceof Task.Promote promote) {
      return "Promote(%s, beyond %s)".formatted(promote.configuration(), promote.beyond());
    } else if (task instanceof Task.Follow follow) {
      return "Follow(" + follow.source().node() + ")";
    } else if (task instanceof Task.Rejoin rejoin) {
      return "Rejoin(" + rejoin.source().node() + ")";
    } else if (task instanceof Task.ChangeSync change) {
      return "ChangeSync(" + change.sync().toPostgres() + ")";
    } else if (task instanceof Task.OpenGate open) {
      return "OpenGate(" + open.configuration() + ")";
    }
    return name;
  }

  static String of(Fenced fenced) {
    return "epoch %d at %s on timeline %d%s"
        .formatted(
            fenced.epochRow().epoch(),
            fenced.position(),
            fenced.timeline(),
            fenced.promotable() ? "" : ", stopped");
  }
}
