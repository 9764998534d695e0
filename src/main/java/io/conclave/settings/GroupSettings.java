package io.conclave.settings;

import io.conclave.core.GroupDefinition;
import io.conclave.core.GroupId;
import java.util.List;

/** A group, and where its nodes keep their data. */
public record GroupSettings(GroupDefinition definition, List<NodeSettings> nodes) {
  public GroupSettings {
    nodes = List.copyOf(nodes);
  }

  /** Name of the group. */
  public GroupId group() {
    return definition.group();
  }
}
