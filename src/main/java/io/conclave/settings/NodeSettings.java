package io.conclave.settings;

import io.conclave.core.GroupId;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import java.nio.file.Path;

/**
 * A node, and where it keeps its data.
 *
 * @param dataDirectory absolute path on the node's host
 */
public record NodeSettings(GroupId group, Member member, Path dataDirectory) {
  /** Name of the node. */
  public NodeId node() {
    return member.node();
  }
}
