package io.conclave.agent;

import io.conclave.core.GroupDefinition;
import io.conclave.core.HostId;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.Timings;
import io.conclave.postgres.Binaries;
import io.conclave.postgres.DataDirectory;
import io.conclave.postgres.Passwords;
import java.nio.file.Path;

/**
 * What an agent is told once about one of its nodes.
 *
 * @param promiseFile where it keeps what it must not forget
 * @param sentinelMajority how many sentinels must be heard for the host not to be cut off
 */
public record AgentContext(
    HostId host,
    GroupDefinition group,
    Member self,
    Timings timings,
    DataDirectory directory,
    Binaries binaries,
    Passwords passwords,
    Path promiseFile,
    int sentinelMajority) {

  NodeId node() {
    return self.node();
  }
}
