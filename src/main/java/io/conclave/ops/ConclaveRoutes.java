package io.conclave.ops;

import static akka.http.javadsl.server.PathMatchers.segment;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.AskPattern;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.server.AllDirectives;
import akka.http.javadsl.server.Route;
import akka.http.javadsl.unmarshalling.Unmarshaller;
import akka.management.javadsl.ManagementRouteProvider;
import akka.management.javadsl.ManagementRouteProviderSettings;
import io.conclave.core.GroupDefinition;
import io.conclave.core.HostId;
import io.conclave.core.NodeId;
import io.conclave.core.decision.Outlook;
import io.conclave.ops.RequestBody.WrongBodyException;
import io.conclave.ops.explain.OutlookText;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import scala.concurrent.duration.FiniteDuration;

/**
 * {@code /conclave} on the port of akka-management, which makes this class by the name in
 * {@code akka.management.http.routes}.
 *
 * <p>The switchover is served although akka-management is read-only: that setting is left to each provider, and it stays on
 * for {@code /cluster}, where it keeps members from being downed by hand. A switchover goes through the coordinator, which
 * refuses what is not safe.
 */
public final class ConclaveRoutes extends AllDirectives implements ManagementRouteProvider {
  private static final Duration BOARD = Duration.ofSeconds(2);

  /** A switchover has a deadline of its own (5 s or 15 s); this also covers a coordinator that is just taking over. */
  private static final Duration SWITCHOVER = Duration.ofSeconds(30);

  /** Below it nothing could be drained; with more than that the answer would outlast the connection's idle timeout. */
  private static final Duration LEAST_BUDGET = Duration.ofMillis(100);

  private static final Duration MOST_BUDGET = Duration.ofSeconds(20);

  /** A claim and the first word of the new coordinator, on a busy machine. */
  private static final Duration MOVE = Duration.ofSeconds(5);

  private static final FiniteDuration BODY_TIMEOUT = FiniteDuration.apply(2, TimeUnit.SECONDS);
  private static final long BODY_BYTES = 4096;

  private final ActorSystem<Void> system;

  /** Called by akka-management. */
  public ConclaveRoutes(ExtendedActorSystem system) {
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
    return pathPrefix(
        segment("conclave"),
        () -> concat(
                groups(ops),
                nodes(ops),
                votes(ops),
                register(),
                switchover(ops),
                move(ops),
                outlook(ops, "why-not", OutlookText::whyNot),
                outlook(ops, "what-if", OutlookText::whatIf),
                new DecisionRoutes(system, ops).routes())
            .seal(Refusals.rejections(), Refusals.exceptions()));
  }

  private Route groups(Ops ops) {
    Views views = ops.views();
    return concat(
        path(segment("groups"), () -> get(() -> view(ops, views::groups))),
        path(
            segment("groups").slash(segment()),
            name -> get(() -> inGroup(
                ops, name, group -> view(ops, (board, now) -> views.group(board, group, now))))));
  }

  private Route nodes(Ops ops) {
    Views views = ops.views();
    return concat(
        path(segment("nodes"), () -> get(() -> view(ops, views::nodes))),
        path(
            segment("nodes").slash(segment()),
            name -> get(() -> answer(ops, (board, now) -> node(views.nodes(board, now), name)))));
  }

  private Route votes(Ops ops) {
    return path(segment("votes"), () -> get(() -> view(ops, ops.views()::votes)));
  }

  private Route register() {
    return path(
        segment("register"),
        () -> get(() -> OpsExtension.get(system)
            .register()
            .<Route>map(json -> completeWithFuture(json.get().handle(ConclaveRoutes::replica)))
            .orElseGet(() -> complete(Json.failure(
                StatusCodes.NOT_FOUND, "this host is no sentinel: it has no register")))));
  }

  private static HttpResponse replica(String json, Throwable failure) {
    return failure == null
        ? HttpResponse.create().withEntity(ContentTypes.APPLICATION_JSON, json)
        : Json.failure(
            StatusCodes.SERVICE_UNAVAILABLE,
            "the register's store does not answer: %s; see the log".formatted(failure));
  }

  private static HttpResponse node(View.Nodes nodes, String name) {
    return nodes.nodes().stream()
        .filter(each -> each.node().node().equals(name))
        .findFirst()
        .map(Json::ok)
        .orElseGet(() -> unknown(
            "node", name, nodes.nodes().stream().map(each -> each.node().node()).toList()));
  }

  private Route switchover(Ops ops) {
    SwitchoverDesk desk = new SwitchoverDesk(
        system, ops.views(), SWITCHOVER, Duration.ofMillis(ops.timings().switchoverBudgetMs()));
    return order(ops, "switchover", (group, body) -> switchOver(ops, desk, group, body));
  }

  private CompletionStage<HttpResponse> switchOver(
      Ops ops, SwitchoverDesk desk, GroupDefinition group, byte[] body) throws WrongBodyException {
    List<String> nodes =
        group.members().stream().map(member -> member.node().value()).toList();
    RequestBody request = RequestBody.of(
        body, "{}, {\"target\": \"<node>\"} or {\"budget\": \"1s\"}", "target", "budget");
    Optional<NodeId> target = request.name("target", nodes).map(NodeId::new);
    Optional<Duration> budget = request.duration("budget", LEAST_BUDGET, MOST_BUDGET);
    return board(ops).thenCompose(board -> desk.switchOver(group, target, budget, board));
  }

  private Route move(Ops ops) {
    CoordinatorDesk desk = new CoordinatorDesk(system, ops, MOVE);
    List<String> hosts =
        ops.sentinels().seats().stream().map(seat -> seat.sentinel().value()).toList();
    return order(ops, "coordinator", (group, body) -> {
      Optional<String> host =
          RequestBody.of(body, "{\"host\": \"<sentinel>\"}", "host").name("host", hosts);
      return desk.move(
          group.group(),
          new HostId(host.orElseThrow(() -> new WrongBodyException(
              "'host' is missing: it must be one of " + String.join(", ", hosts)))));
    });
  }

  /** What an operator orders about a group. */
  private interface Ordered {
    CompletionStage<HttpResponse> carryOut(GroupDefinition group, byte[] body)
        throws WrongBodyException;
  }

  private Route order(Ops ops, String what, Ordered ordered) {
    return path(
        segment("groups").slash(segment()).slash(what),
        name -> post(() -> fromSameOrigin(() -> inGroup(
            ops,
            name,
            group -> withoutRequestTimeout(() -> toStrictEntity(
                BODY_TIMEOUT,
                BODY_BYTES,
                () -> entity(
                    Unmarshaller.entityToByteArray(),
                    body -> completeWithFuture(carryOut(ordered, group, body)))))))));
  }

  private Route outlook(Ops ops, String name, Function<Outlook, List<String>> text) {
    OutlookDesk desk = new OutlookDesk(system, ops);
    return path(
        segment("groups").slash(segment()).slash(name),
        group -> get(() -> inGroup(
            ops,
            group,
            definition -> completeWithFuture(
                board(ops).thenCompose(board -> desk.ask(definition, board, text))))));
  }

  private static CompletionStage<HttpResponse> carryOut(
      Ordered ordered, GroupDefinition group, byte[] body) {
    try {
      return ordered.carryOut(group, body);
    } catch (WrongBodyException e) {
      return CompletableFuture.completedStage(
          Json.failure(StatusCodes.BAD_REQUEST, e.getMessage()));
    }
  }

  /** No page of another site may make an operator's browser switch over. */
  private Route fromSameOrigin(Supplier<Route> inner) {
    return optionalHeaderValueByName(
        "Origin",
        origin -> optionalHeaderValueByName(
            "Host",
            host -> origin.isEmpty() || origin.get().endsWith("://" + host.orElse(""))
                ? inner.get()
                : complete(Json.failure(
                    StatusCodes.FORBIDDEN, "refused: asked by a page of " + origin.get()))));
  }

  private Route inGroup(Ops ops, String name, Function<GroupDefinition, Route> inner) {
    return ops.groups().stream()
        .filter(group -> group.group().value().equals(name))
        .findFirst()
        .map(inner)
        .orElseGet(() -> complete(unknown(
            "group",
            name,
            ops.groups().stream().map(group -> group.group().value()).toList())));
  }

  private static HttpResponse unknown(String kind, String name, List<String> known) {
    return Json.failure(
        StatusCodes.NOT_FOUND,
        "unknown %s '%s': it must be one of %s".formatted(kind, name, String.join(", ", known)));
  }

  private Route view(Ops ops, BiFunction<BoardState, Long, Object> view) {
    return answer(ops, view.andThen(Json::ok));
  }

  private Route answer(Ops ops, BiFunction<BoardState, Long, HttpResponse> answer) {
    return completeWithFuture(board(ops).thenApply(board -> answer.apply(board, Board.nowMs())));
  }

  private CompletionStage<BoardState> board(Ops ops) {
    return AskPattern.ask(ops.board(), Board.GetBoard::new, BOARD, system.scheduler());
  }
}
