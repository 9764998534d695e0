package io.conclave.settings;

import io.conclave.core.HostId;
import io.conclave.core.Region;
import io.conclave.core.Timings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What could be read of a file, with the key that each part stands at; parts that are wrong are left out. */
final class Draft {
  /** A value and the full path of its key. */
  record At<T>(String path, T value) {}

  final List<At<Region>> regions = new ArrayList<>();
  final List<At<HostSettings>> hosts = new ArrayList<>();
  final List<At<GroupSettings>> groups = new ArrayList<>();
  final List<At<NodeSettings>> nodes = new ArrayList<>();

  /** Names of all hosts, also of those with a mistake elsewhere. */
  final Set<String> hostNames = new HashSet<>();

  /** Whether all hosts could be read: only then do counts of them mean anything. */
  boolean hostsWhole = true;

  Optional<Timings> timings = Optional.empty();

  Optional<EdgeSettings> edge = Optional.empty();

  /** The hosts with a role, in the order of the file. */
  List<HostSettings> hostsWith(Role role) {
    return values(hosts).stream().filter(host -> host.has(role)).toList();
  }

  /** The host, unless it has a mistake of its own, which is noted already. */
  Optional<HostSettings> host(HostId name) {
    return values(hosts).stream().filter(host -> host.host().equals(name)).findFirst();
  }

  /** The values alone. */
  static <T> List<T> values(List<At<T>> all) {
    return all.stream().map(At::value).toList();
  }

  /** Notes each value that has the same name as an earlier one. */
  static <T> void refuseTwins(
      Problems problems, List<At<T>> all, String key, Function<T, Object> nameOf) {
    Map<Object, String> first = new HashMap<>();
    for (At<T> each : all) {
      Object name = nameOf.apply(each.value());
      String earlier = first.putIfAbsent(name, each.path());
      if (earlier != null) {
        problems.error(each.path() + key, name, "must be unique; it is taken by " + earlier);
      }
    }
  }
}
