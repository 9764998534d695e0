package io.conclave.simulator;

import io.conclave.core.failover.Input;
import io.conclave.core.register.Cell;
import io.conclave.core.register.Request;
import io.conclave.core.register.Request.Next;
import java.util.BitSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

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
    BitSet heard = new BitSet();
    Cell[] merged = {Cell.EMPTY};
    toAll(replica -> replica.replica.read(host.index, cell -> {
      if (mine == request) {
        merged[0] = merged[0].merge(cell);
        heard(heard, replica, () -> step.read(merged[0], world.uuid()));
      }
    }));
    giveUpLater(mine);
  }

  private void update(Request step) {
    int mine = request;
    BitSet heard = new BitSet();
    Cell changed = step.change(host.replica.cell());
    if (host.replica.isComplete()) {
      toAll(replica -> replica.replica.update(changed, host.index, () -> {
        if (mine == request) {
          heard(heard, replica, step::updated);
        }
      }));
    }
    giveUpLater(mine);
  }

  private void toAll(Consumer<Host> ask) {
    ask.accept(host);
    for (Host other : world.hosts) {
      if (other.replica != null && other != host) {
        world.network.send(host.index, other.index, () -> ask.accept(other));
      }
    }
  }

  /** A replica whose answer comes twice counts once: Akka's aggregators strike the sender from those that remain. */
  private void heard(BitSet from, Host replica, Supplier<Next> then) {
    from.set(replica.index);
    if (from.cardinality() == world.rules.sentinels().majority()) {
      request++;
      go(then.get());
    }
  }

  private void giveUpLater(int mine) {
    host.after(world.timings.registerTimeoutMs(), () -> {
      if (mine == request) {
        host.after(PAUSE_MS, () -> {
          if (mine == request) {
            end(new Input.Unavailable("no majority"));
          }
        });
      }
    });
  }
}
