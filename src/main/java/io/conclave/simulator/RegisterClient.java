package io.conclave.simulator;

import io.conclave.core.failover.Input;
import io.conclave.core.register.Cell;
import io.conclave.core.register.Request;
import io.conclave.core.register.Request.Next;
import java.util.function.Consumer;

/** One coordinator's requests to the register, by {@link Request}: one at a time, each step by majority or not at all. */
final class RegisterClient {
  private static final long PAUSE_MS = 100;

  private final Host host;
  private final World world;
  private final Consumer<Input> answers;
  private int request;

  RegisterClient(Host host, Consumer<Input> answers) {
    this.host = host;
    this.world = host.world;
    this.answers = answers;
  }

  void ask(Next first) {
    request++;
    go(first);
  }

  void stop() {
    request++;
  }

  private void go(Next next) {
    if (next instanceof Next.Read read) {
      read(read.request());
    } else if (next instanceof Next.Update update) {
      update(update.request());
    } else if (next instanceof Next.Claimed claimed) {
      end(new Input.Claimed(claimed.ballot(), claimed.record()));
    } else if (next instanceof Next.Written written) {
      end(new Input.Written(written.version()));
    } else if (next instanceof Next.Outbid outbid) {
      end(new Input.Outbid(outbid.by()));
    }
  }

  private void end(Input answer) {
    request++;
    answers.accept(answer);
  }

  private void read(Request step) {
    int mine = request;
    int[] heard = {0};
    Cell[] merged = {Cell.EMPTY};
    Consumer<Cell> one = cell -> {
      if (mine == request && heard[0] < majority()) {
        merged[0] = merged[0].merge(cell);
        if (++heard[0] == majority()) {
          next(() -> step.read(merged[0], world.uuid()));
        }
      }
    };
    host.replica.read(host.index, one);
    for (Host other : world.hosts) {
      if (other.replica != null && other != host) {
        world.network.send(host.index, other.index, () -> other.replica.read(host.index, one));
      }
    }
    giveUpLater(mine, heard);
  }

  private void update(Request step) {
    int mine = request;
    int[] heard = {0};
    Cell changed = step.change(host.replica.cell());
    Runnable one = () -> {
      if (mine == request && heard[0] < majority() && ++heard[0] == majority()) {
        next(step::updated);
      }
    };
    if (!host.replica.isComplete()) {
      giveUpLater(mine, heard);
      return;
    }
    host.replica.update(changed, host.index, one);
    for (Host other : world.hosts) {
      if (other.replica != null && other != host) {
        world.network.send(
            host.index, other.index, () -> other.replica.update(changed, host.index, one));
      }
    }
    giveUpLater(mine, heard);
  }

  private void next(java.util.function.Supplier<Next> step) {
    request++;
    go(step.get());
  }

  private int majority() {
    return world.rules.sentinels().majority();
  }

  private void giveUpLater(int mine, int[] heard) {
    host.after(world.timings.registerTimeoutMs(), () -> {
      if (mine == request && heard[0] < majority()) {
        host.after(PAUSE_MS, () -> {
          if (mine == request) {
            end(new Input.Unavailable("no majority"));
          }
        });
      }
    });
  }
}
