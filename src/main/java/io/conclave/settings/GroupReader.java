package io.conclave.settings;

import io.conclave.core.Durability;
import io.conclave.core.GroupDefinition;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.settings.Draft.At;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the groups and their nodes, key by key. */
final class GroupReader {
  private final Draft draft;

  GroupReader(Draft draft) {
    this.draft = draft;
  }

  void read(Section conclave) {
    for (Section each :
        conclave.sections("groups", "a list of groups, each { name = …, nodes = [ … ] }")) {
      group(each);
    }
  }

  private void group(Section section) {
    try (section) {
      Optional<GroupId> name = section.parsed("name", "the name of the group", GroupId::new);
      Optional<Durability> durability = durability(section.sectionOrEmpty("durability"));
      Optional<OfferSettings> offer = EdgeReader.offer(section.sectionOrEmpty("edge"));
      List<Section> sections =
          section.sections("nodes", "a list of nodes, each { name = …, host = …, … }");
      List<At<NodeSettings>> nodes = new ArrayList<>();
      for (Section each : sections) {
        node(each, name.orElse(new GroupId("unnamed")))
            .ifPresent(node -> nodes.add(new At<>(each.path(), node)));
      }
      draft.nodes.addAll(nodes);
      if (name.isPresent()
          && durability.isPresent()
          && offer.isPresent()
          && !nodes.isEmpty()
          && nodes.size() == sections.size()) {
        List<NodeSettings> values = Draft.values(nodes);
        List<Member> members = values.stream().map(NodeSettings::member).toList();
        GroupDefinition definition = new GroupDefinition(name.get(), members, durability.get());
        draft.groups.add(
            new At<>(section.path(), new GroupSettings(definition, values, offer.get())));
      }
    }
  }

  private static Optional<Durability> durability(Section section) {
    try (section) {
      Optional<Durability.Policy> policy =
          section.choice("policy", Durability.Policy.class, Durability.Policy.QUORUM);
      Optional<Durability.WhenAlone> whenAlone =
          section.choice("when-alone", Durability.WhenAlone.class, Durability.WhenAlone.STRICT);
      return policy.flatMap(known -> whenAlone.map(alone -> new Durability(known, alone)));
    }
  }

  private Optional<NodeSettings> node(Section section, GroupId group) {
    try (section) {
      Optional<NodeId> name = section.parsed("name", "the name of the node", NodeId::new);
      Optional<String> hostName = section.parsed("host", "the name of a host", this::declared);
      Optional<Integer> port = section.integer("port", 1, 65535, 5432);
      Optional<Path> data =
          section.parsed("data-directory", "an absolute directory", SettingsReader::absolute);
      Optional<Member.Kind> kind = section.choice("kind", Member.Kind.class, Member.Kind.STANDBY);
      Optional<Integer> priority = section.integer("priority", 0, 1000, 100);
      Optional<HostSettings> host = hostName.flatMap(this::host);
      if (name.isEmpty() || host.isEmpty() || port.isEmpty()) {
        return Optional.empty();
      }
      if (data.isEmpty() || kind.isEmpty() || priority.isEmpty()) {
        return Optional.empty();
      }
      HostSettings on = host.get();
      Member member = new Member(
          name.get(), on.host(), on.region(), kind.get(), on.address(), port.get(), priority.get());
      return Optional.of(new NodeSettings(group, member, data.get()));
    }
  }

  private String declared(String text) {
    String name = new HostId(text).value();
    if (!draft.hostNames.contains(name)) {
      List<String> known = draft.hostNames.stream().sorted().toList();
      throw new IllegalArgumentException(
          "must be one of the hosts " + String.join(", ", known) + Nearest.hint(name, known));
    }
    return name;
  }

  /** The host, unless it has a mistake of its own, which is noted already. */
  private Optional<HostSettings> host(String name) {
    return Draft.values(draft.hosts).stream()
        .filter(host -> host.host().value().equals(name))
        .findFirst();
  }
}
