package io.conclave;

import io.conclave.agent.AgentContext;
import io.conclave.core.GroupDefinition;
import io.conclave.core.HostId;
import io.conclave.core.Region;
import io.conclave.core.Sentinels;
import io.conclave.core.membership.DowningRule;
import io.conclave.core.membership.Entrance;
import io.conclave.edge.EdgeContext;
import io.conclave.membership.Membership;
import io.conclave.postgres.Binaries;
import io.conclave.postgres.DataDirectory;
import io.conclave.postgres.Identity;
import io.conclave.postgres.OsUser;
import io.conclave.postgres.Passwords;
import io.conclave.register.Admission;
import io.conclave.register.OtherSentinel;
import io.conclave.settings.ConclaveSettings;
import io.conclave.settings.GroupSettings;
import io.conclave.settings.HostSettings;
import io.conclave.settings.NodeSettings;
import io.conclave.settings.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the actors of a host are made of, prepared before any of them starts.
 *
 * @param agents one for each node of this host; empty without the role agent
 * @param edges one for each group; empty without the role edge
 */
record HostParts(
    ConclaveSettings settings,
    HostSettings self,
    Passwords passwords,
    List<AgentContext> agents,
    List<EdgeContext> edges) {

  /**
   * @throws io.conclave.postgres.PostgresException when there is no PostgreSQL, or no readable passwords file
   */
  static HostParts of(ConclaveSettings settings, HostSettings self) {
    Passwords passwords = Passwords.load(settings.postgres().passwordsFile());
    return new HostParts(
        settings,
        self,
        passwords,
        self.has(Role.AGENT) ? agents(settings, self, passwords) : List.of(),
        self.has(Role.EDGE) ? EdgeContext.of(settings, self.host(), passwords) : List.of());
  }

  List<GroupDefinition> groups() {
    return settings.groups().stream().map(GroupSettings::definition).toList();
  }

  Sentinels sentinels() {
    return settings.sentinels();
  }

  /** All edges of the cell. */
  Map<HostId, Region> edgeHosts() {
    return settings.hosts().stream()
        .filter(host -> host.has(Role.EDGE))
        .collect(Collectors.toMap(HostSettings::host, HostSettings::region));
  }

  /** The directory of Distributed Data's durable store; its name must not end in "ddata". */
  Path registerStore() {
    return settings.stateDirectoryOf(self.host()).resolve("register");
  }

  /** Where this host keeps the decisions of all coordinators. */
  Path history() {
    return settings.stateDirectoryOf(self.host()).resolve("decisions.jsonl");
  }

  /** Who is asked where the cluster is. */
  Membership.Place membership() {
    return new Membership.Place(
        new Entrance.Rules(settings.cell(), self.host(), sentinels()),
        hostsOfSentinels()
            .filter(host -> !host.host().equals(self.host()))
            .collect(Collectors.toMap(HostSettings::host, this::actorSystem)));
  }

  /**
   * When this sentinel takes members out of the cluster.
   *
   * @param stableAfter how long they must be silent
   */
  DowningRule.Rules downing(Duration stableAfter) {
    return new DowningRule.Rules(
        self.host(), sentinels(), stableAfter.toMillis(), settings.timings().suspicionMs());
  }

  private String actorSystem(HostSettings host) {
    return "akka://%s@%s:%d".formatted(settings.cell(), host.address(), host.akkaPort());
  }

  /** What decides whether this sentinel may take part in the register. */
  Admission.Place admission() {
    return new Admission.Place(
        settings.cell(),
        self.host(),
        hostsOfSentinels()
            .filter(host -> !host.host().equals(self.host()))
            .map(host -> new OtherSentinel(host.host(), actorSystem(host)))
            .toList(),
        sentinels().majority(),
        groups().stream().map(GroupDefinition::group).toList(),
        registerStore());
  }

  private Stream<HostSettings> hostsOfSentinels() {
    return settings.hosts().stream().filter(host -> host.has(Role.SENTINEL));
  }

  private static List<AgentContext> agents(
      ConclaveSettings settings, HostSettings self, Passwords passwords) {
    Path state = settings.stateDirectoryOf(self.host());
    List<NodeSettings> nodes = settings.nodesOf(self.host());
    if (nodes.isEmpty()) {
      return List.of();
    }
    Binaries binaries = Binaries.find(
        settings.postgres().binaries(), settings.stateDirectory().resolve("postgresql"));
    OsUser user = OsUser.resolve(settings.postgres().osUser());
    return nodes.stream()
        .map(node -> new AgentContext(
            self.host(),
            settings.group(node.group()).definition(),
            node.member(),
            settings.timings(),
            directory(settings, node, user, passwords),
            binaries,
            passwords,
            state.resolve("promises").resolve(node.node() + ".promise"),
            settings.sentinels().majority()))
        .toList();
  }

  private static DataDirectory directory(
      ConclaveSettings settings, NodeSettings node, OsUser user, Passwords passwords) {
    Identity identity = new Identity(
        node.node(),
        node.member().mayBePrimary(),
        node.member().address(),
        node.member().port(),
        settings.postgres().settings(),
        settings.postgres().clientRules());
    return new DataDirectory(node.dataDirectory(), identity, user, passwords);
  }
}
