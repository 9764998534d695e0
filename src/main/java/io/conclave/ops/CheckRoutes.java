package io.conclave.ops;

import static akka.http.javadsl.server.PathMatchers.segment;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.http.javadsl.model.HttpMethod;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCode;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.Allow;
import akka.http.javadsl.server.AllDirectives;
import akka.http.javadsl.server.Route;
import akka.management.javadsl.ManagementRouteProvider;
import akka.management.javadsl.ManagementRouteProviderSettings;
import io.conclave.core.Member;
import io.conclave.core.check.Check;
import io.conclave.core.check.CheckRequest;
import io.conclave.core.check.CheckRule;
import io.conclave.core.check.Sight;
import io.conclave.ops.CheckParameters.WrongParameterException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The health checks of load balancers, on the paths that Patroni has: {@code /primary}, {@code /replica?lag=16MB} and so on for
 * the only node of a host, {@code /nodes/<node>/primary} for each. 200 passes, 503 does not; GET tells more in JSON, HEAD and
 * OPTIONS have no body. Made by akka-management, by the name in {@code akka.management.http.routes}.
 */
public final class CheckRoutes extends AllDirectives implements ManagementRouteProvider {
  private static final String ROOT = "";
  private static final Map<String, Check> CHECKS = Map.ofEntries(
      Map.entry(ROOT, Check.PRIMARY),
      Map.entry("primary", Check.PRIMARY),
      Map.entry("read-write", Check.PRIMARY),
      Map.entry("master", Check.PRIMARY),
      Map.entry("leader", Check.PRIMARY),
      Map.entry("standby-leader", Check.STANDBY_LEADER),
      Map.entry("standby_leader", Check.STANDBY_LEADER),
      Map.entry("replica", Check.REPLICA),
      Map.entry("read-only", Check.READ_ONLY),
      Map.entry("sync", Check.SYNC),
      Map.entry("synchronous", Check.SYNC),
      // Every sync set is a quorum: ANY k of its members.
      Map.entry("quorum", Check.SYNC),
      Map.entry("read-only-sync", Check.READ_ONLY_SYNC),
      Map.entry("read-only-synchronous", Check.READ_ONLY_SYNC),
      Map.entry("read-only-quorum", Check.READ_ONLY_SYNC),
      Map.entry("async", Check.ASYNC),
      Map.entry("asynchronous", Check.ASYNC),
      Map.entry("health", Check.HEALTH),
      Map.entry("liveness", Check.LIVENESS),
      Map.entry("readiness", Check.READINESS));

  private final ActorSystem<Void> system;

  /** Called by akka-management. */
  public CheckRoutes(ExtendedActorSystem system) {
    this.system = Adapter.toTyped(system);
  }

  /**
   * @throws IllegalStateException when the root has not installed {@link Ops} yet
   */
  @Override
  public Route routes(ManagementRouteProviderSettings settings) {
    Ops ops = OpsExtension.get(system)
        .ops()
        .orElseThrow(() -> new IllegalStateException(
            "OpsExtension.install comes before the start of akka-management"));
    Desk desk = new Desk(ops, new CheckRule(ops.timings()), ops.ownMembers().toList());
    return concat(
        pathSingleSlash(() -> bare(desk, ROOT)),
        path(segment(), name -> CHECKS.containsKey(name) ? bare(desk, name) : reject()),
        path(segment("nodes").slash(segment()), node -> ofNode(desk, node, ROOT)),
        path(
            segment("nodes").slash(segment()).slash(segment()),
            (node, name) -> CHECKS.containsKey(name) ? ofNode(desk, node, name) : reject()));
  }

  /** What answers are made of; the nodes of this host do not change while it runs. */
  private record Desk(Ops ops, CheckRule rule, List<Member> members) {
    Optional<Member> member(String node) {
      return members.stream()
          .filter(member -> member.node().value().equals(node))
          .findFirst();
    }

    String nodes() {
      return members.stream()
          .map(member -> member.node().value())
          .collect(Collectors.joining(", "));
    }
  }

  private Route bare(Desk desk, String name) {
    return switch (desk.members().size()) {
      case 0 -> ofDaemon(desk, name);
      case 1 -> check(desk, desk.members().get(0), CHECKS.get(name));
      default ->
        complete(Json.failure(
            StatusCodes.NOT_FOUND,
            "%s has several nodes (%s): ask /nodes/<node>/%s"
                .formatted(desk.ops().self(), desk.nodes(), name)));
    };
  }

  /** A host without a node of PostgreSQL can tell of its daemon alone. */
  private Route ofDaemon(Desk desk, String name) {
    return switch (CHECKS.get(name)) {
      case LIVENESS -> complete(StatusCodes.OK);
      case READINESS ->
        completeWithFuture(
            new Ready(Adapter.toClassic(system)).get().thenApply(CheckRoutes::ready));
      default ->
        complete(Json.failure(
            StatusCodes.NOT_FOUND,
            "%s has no node of PostgreSQL: only /liveness and /readiness, of its daemon, can be asked here"
                .formatted(desk.ops().self())));
    };
  }

  private static HttpResponse ready(boolean ready) {
    return HttpResponse.create().withStatus(status(ready));
  }

  private Route ofNode(Desk desk, String node, String name) {
    return desk.member(node)
        .map(member -> check(desk, member, CHECKS.get(name)))
        .orElseGet(() -> complete(Json.failure(
            StatusCodes.NOT_FOUND,
            desk.members().isEmpty()
                ? "%s has no node of PostgreSQL".formatted(desk.ops().self())
                : "%s has no node '%s': it must be one of %s"
                    .formatted(desk.ops().self(), node, desk.nodes()))));
  }

  private Route check(Desk desk, Member member, Check check) {
    return extractMethod(method ->
        parameterMultiMap(parameters -> complete(answer(desk, member, check, method, parameters))));
  }

  private static HttpResponse answer(
      Desk desk,
      Member member,
      Check check,
      HttpMethod method,
      Map<String, List<String>> parameters) {
    boolean told = method.equals(HttpMethods.GET);
    if (!told && !method.equals(HttpMethods.HEAD) && !method.equals(HttpMethods.OPTIONS)) {
      return Json.failure(StatusCodes.METHOD_NOT_ALLOWED, "use GET, HEAD or OPTIONS")
          .addHeader(Allow.create(HttpMethods.GET, HttpMethods.HEAD, HttpMethods.OPTIONS));
    }
    try {
      CheckRequest request = CheckParameters.of(check, parameters);
      Sight sight =
          desk.ops().local().sight(desk.ops().groupOf(member), member.node(), Board.nowMs());
      Optional<String> objection = desk.rule().objection(request, sight);
      StatusCode status = status(objection.isEmpty());
      return told
          ? Json.response(status, CheckView.of(member.node(), sight, objection))
          : HttpResponse.create().withStatus(status);
    } catch (WrongParameterException e) {
      return Json.failure(StatusCodes.BAD_REQUEST, e.getMessage());
    }
  }

  private static StatusCode status(boolean passes) {
    return passes ? StatusCodes.OK : StatusCodes.SERVICE_UNAVAILABLE;
  }
}
