package io.conclave.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.conclave.core.Durability;
import io.conclave.core.Durability.Policy;
import io.conclave.core.Durability.WhenAlone;
import io.conclave.core.failover.Input;
import io.conclave.core.register.Request;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A majority is one of replicas, however many answers come. */
class RegisterClientTest {
  private static final int SENTINELS = 5;
  private static final int MINORITY = 2;
  private static final int TIMES = 100;

  private final Script script =
      new Script(3, SENTINELS, new Durability(Policy.QUORUM, WhenAlone.STRICT));
  private final Host host = script.world.hosts[0];
  private final List<Input> answers = new ArrayList<>();
  private final RegisterClient client = new RegisterClient(host, answers::add);

  /** What the replica has already. */
  private void write() {
    int before = answers.size();
    client.ask(Request.write(host.replica.cell().record()));
    script.until("answered", () -> answers.size() > before);
  }

  @Test
  void doubledAnswersOfAMinorityAreNoMajority() {
    for (int here = 0; here < MINORITY; here++) {
      for (int there = MINORITY; there < SENTINELS; there++) {
        script.world.network.cut(here, there, 1);
        script.world.network.cut(there, here, 1);
      }
    }
    script.world.network.duplicate(100);
    for (int i = 0; i < TIMES; i++) {
      write();
    }
    assertEquals(Collections.nCopies(TIMES, new Input.Unavailable("no majority")), answers);
  }

  @Test
  void doubledAnswersOfAMajorityAreOneEnd() {
    script.world.network.duplicate(100);
    write();
    script.run(5000);
    Input written = new Input.Written(host.replica.cell().record().version());
    assertEquals(List.of(written), answers);
  }
}
