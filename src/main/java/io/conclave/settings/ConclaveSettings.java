package io.conclave.settings;

import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.Region;
import io.conclave.core.Sentinels;
import io.conclave.core.Timings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One cell as its configuration file describes it. The same file is on every host.
 *
 * @param cell name of the cell, also of its Akka cluster
 * @param regions failure domains, in the order of the file
 * @param stateDirectory absolute; each host keeps what it must not forget in a directory of its own below it
 * @param edge of use where a host has the role edge
 * @param warnings what is allowed and probably not meant; to be shown once at start
 */
public record ConclaveSettings(
    String cell,
    List<Region> regions,
    List<HostSettings> hosts,
    List<GroupSettings> groups,
    Timings timings,
    Path stateDirectory,
    PostgresSettings postgres,
    HttpSettings http,
    EdgeSettings edge,
    List<Problem> warnings) {

  public ConclaveSettings {
    regions = List.copyOf(regions);
    hosts = List.copyOf(hosts);
    groups = List.copyOf(groups);
    warnings = List.copyOf(warnings);
  }

  /**
   * Reads and checks a file; {@code ${NAME}} stands for an environment variable.
   *
   * @throws SettingsException with all problems of the file
   */
  public static ConclaveSettings load(Path file) {
    return load(file, System.getenv());
  }

  /** As {@link #load(Path)}, with these environment variables. */
  public static ConclaveSettings load(Path file, Map<String, String> environment) {
    return SettingsReader.read(file, environment);
  }

  /** Whether some host has the role edge. */
  public boolean hasEdges() {
    return hosts.stream().anyMatch(host -> host.has(Role.EDGE));
  }

  /** The electorate of every verdict: all hosts with the role sentinel. */
  public Sentinels sentinels() {
    return new Sentinels(hosts.stream()
        .filter(host -> host.has(Role.SENTINEL))
        .map(host -> new Sentinels.Seat(host.host(), host.region()))
        .toList());
  }

  /**
   * The host of this name.
   *
   * @throws SettingsException if the file names no such host
   */
  public HostSettings host(HostId host) {
    return find("hosts", host.value(), hosts, candidate -> candidate.host().value());
  }

  /**
   * The group of this name.
   *
   * @throws SettingsException if the file names no such group
   */
  public GroupSettings group(GroupId group) {
    return find("groups", group.value(), groups, candidate -> candidate.group().value());
  }

  /** The nodes that the agent of this host looks after, of all groups. */
  public List<NodeSettings> nodesOf(HostId host) {
    return groups.stream()
        .flatMap(group -> group.nodes().stream())
        .filter(node -> node.member().host().equals(host))
        .toList();
  }

  /** Where this host keeps its promises and its part of the register. */
  public Path stateDirectoryOf(HostId host) {
    return stateDirectory.resolve(host.value());
  }

  private static <T> T find(String key, String name, List<T> all, Function<T, String> nameOf) {
    return all.stream()
        .filter(candidate -> nameOf.apply(candidate).equals(name))
        .findFirst()
        .orElseThrow(() -> new SettingsException(List.of(new Problem(
            "",
            "conclave." + key,
            name,
            all.stream().map(nameOf).collect(Collectors.joining(", ", "must be one of ", ""))))));
  }
}
