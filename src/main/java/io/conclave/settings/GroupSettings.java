package io.conclave.settings;

import io.conclave.core.GroupDefinition;
import io.conclave.core.GroupId;
import java.util.List;

/**
 * A group, where its nodes keep their data, and what the edges offer of it.
 *
 * @param offer used where a host has the role edge
 */
public record GroupSettings(
    GroupDefinition definition, List<NodeSettings> nodes, OfferSettings offer) {
  public GroupSettings {
    nodes = List.copyOf(nodes);
  }

  /** Name of the group. */
  public GroupId group() {
    return definition.group();
  }
}
