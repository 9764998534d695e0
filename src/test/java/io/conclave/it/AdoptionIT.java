package io.conclave.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.cli.StatusView.GroupView;
import io.conclave.core.Durability.WhenAlone;
import io.conclave.demo.Cell;
import io.conclave.demo.CellOptions;
import io.conclave.demo.DemoFiles;
import io.conclave.demo.DemoHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A primary and a standby that ran before Conclave was there, with rows, settings and a client of their own. */
class AdoptionIT {
  private static final Duration LIMIT = TestCell.LIMIT;

  @Test
  void aRunningGroupIsTakenOverWithoutACopyAndWithoutEndingItsClients() throws Exception {
    Launcher.train();
    try (Cell cell = new Cell(
        Path.of(System.getProperty("java.io.tmpdir"), "conclave-no-control-file"),
        Optional.empty())) {
      DemoFiles files = cell.prepare(CellOptions.of(WhenAlone.STRICT));
      DemoHost primary = files.hosts().get(0);
      DemoHost standby = files.hosts().get(1);
      DemoHost empty = files.hosts().get(2);
      ForeignServers servers = new ForeignServers(files);
      servers.primary(primary);
      servers.standby(standby, primary);
      try (Connection client = connect(files, primary);
          Statement statement = client.createStatement()) {
        statement.execute("CREATE TABLE public.kept AS SELECT generate_series(1, 1000) AS id");
        Object directory = identity(standby);
        GroupView whole = cell.launch();

        assertEquals(primary.node(), whole.primary());
        assertEquals(1, whole.epoch());
        statement.execute("INSERT INTO public.kept VALUES (1001)");
        for (DemoHost host : List.of(primary, standby, empty)) {
          awaitRows(files, host, 1001);
        }
        assertEquals(directory, identity(standby), "the standby was copied");
      }
      assertEquals("123", show(files, empty, "max_connections"));
      Path before = primary.dataDirectory().resolveSibling(primary.node() + ".conclave");
      assertTrue(Files.readString(before.resolve("before-conclave/pg_hba.conf"))
          .contains("host replication old_replication"));
    }
  }

  /** A clone is another directory under the same name. */
  private static Object identity(DemoHost host) throws IOException {
    return Files.readAttributes(host.dataDirectory(), BasicFileAttributes.class).fileKey();
  }

  private static Connection connect(DemoFiles files, DemoHost host) throws Exception {
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/postgres?connectTimeout=5&socketTimeout=60"
            .formatted(DemoHost.ADDRESS, host.port()),
        files.superuser().role(),
        files.superuser().password());
  }

  private static String ask(DemoFiles files, DemoHost host, String sql) throws Exception {
    try (Connection connection = connect(files, host);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static String show(DemoFiles files, DemoHost host, String setting) throws Exception {
    return ask(files, host, "SHOW " + setting);
  }

  private static void awaitRows(DemoFiles files, DemoHost host, int rows) {
    Awaitility.await(rows + " rows on " + host.node())
        .atMost(LIMIT)
        .until(() ->
            ask(files, host, "SELECT count(*) FROM public.kept").equals(Integer.toString(rows)));
  }
}
