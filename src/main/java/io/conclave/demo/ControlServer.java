package io.conclave.demo;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.conclave.cli.DemoFault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/** Takes faults from {@code conclave demo fault}, one at a time; answers when the group is whole again. */
final class ControlServer implements AutoCloseable {
  /** What is done with a fault. */
  interface Handler {
    RunReport run(DemoFault fault) throws Exception;
  }

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final HttpServer server;
  private final ExecutorService threads;
  private final String path = "/" + DemoFiles.randomPassword();
  private final Semaphore one = new Semaphore(1);
  private final Handler handler;

  ControlServer(Handler handler) throws IOException {
    this.handler = handler;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4);
    threads = Executors.newCachedThreadPool(task -> {
      Thread thread = new Thread(task, "demo-control");
      thread.setDaemon(true);
      return thread;
    });
    server.setExecutor(threads);
    server.createContext(path + "/fault", this::fault);
    server.start();
  }

  String url() {
    return "http://" + DemoHost.ADDRESS + ":" + server.getAddress().getPort() + path;
  }

  private void fault(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!"POST".equals(exchange.getRequestMethod())) {
        answer(exchange, 405, Map.of("error", "POST a word, for example kill"));
      } else if (!one.tryAcquire()) {
        answer(exchange, 409, Map.of("error", "another fault is not over yet"));
      } else {
        try {
          run(exchange);
        } finally {
          one.release();
        }
      }
    }
  }

  private void run(HttpExchange exchange) throws IOException {
    String word =
        new String(exchange.getRequestBody().readNBytes(100), StandardCharsets.UTF_8).trim();
    try {
      answer(exchange, 200, handler.run(DemoFault.parse(word)));
    } catch (IllegalArgumentException e) {
      answer(exchange, 400, Map.of("error", e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      answer(exchange, 500, Map.of("error", String.valueOf(e.getMessage())));
    }
  }

  private static void answer(HttpExchange exchange, int code, Object body) throws IOException {
    byte[] json = MAPPER.writeValueAsBytes(body);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, json.length);
    exchange.getResponseBody().write(json);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
