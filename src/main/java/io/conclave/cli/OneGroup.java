package io.conclave.cli;

import io.conclave.core.GroupId;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The option that names the group that an order is about. */
final class OneGroup {
  @Option(
      names = "--group",
      paramLabel = "NAME",
      description = "Which group; not needed if there is only one.")
  private String group;

  /**
   * The name of the group.
   *
   * @throws IllegalArgumentException when it is needed and not given
   */
  String in(ControlPlane cell) {
    return group == null ? onlyGroup(cell) : new GroupId(group).value();
  }

  private static String onlyGroup(ControlPlane cell) {
    List<String> groups = new ArrayList<>();
    cell.get("/conclave/groups")
        .path("groups")
        .forEach(each -> groups.add(each.path("group").asText()));
    if (groups.size() != 1) {
      throw new IllegalArgumentException("needs --group, one of " + String.join(", ", groups));
    }
    return groups.get(0);
  }

  /** Why an order about the group was not carried out. */
  static String reason(String group, ControlPlane.Answer answer) {
    String reason = answer.body().path("reason").asText("");
    if (!reason.isEmpty()) {
      return reason;
    }
    return answer.status() == 404
        ? "there is no group " + group
        : "%d %s".formatted(answer.status(), answer.body().asText(""));
  }
}
