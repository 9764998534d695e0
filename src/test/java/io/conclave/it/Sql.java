package io.conclave.it;

import io.conclave.demo.DemoHost;
import io.conclave.demo.HostProcess;
import io.conclave.workload.Credentials;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Direct sessions of a test to one server. */
final class Sql {
  private Sql() {}

  static Connection open(HostProcess host, String database, Credentials who) throws SQLException {
    String url = "jdbc:postgresql://%s:%d/%s?connectTimeout=2&socketTimeout=5&sslmode=disable"
        .formatted(DemoHost.ADDRESS, host.host().port(), database);
    return DriverManager.getConnection(url, who.role(), who.password());
  }

  /** The only value of the only row. */
  static String query(HostProcess host, Credentials who, String sql) throws SQLException {
    try (Connection connection = open(host, "postgres", who);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
