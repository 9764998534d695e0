package io.conclave.workload;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.postgresql.Driver;

/** Opens connections, each with the timeouts of its use. */
final class Connections {
  private final WorkloadOptions options;
  private final Driver driver = new Driver();

  Connections(WorkloadOptions options) {
    this.options = options;
  }

  /** A connection to whichever server is primary, as an application with a multi-host URL gets it. */
  Connection primary(Credentials who, String database) throws SQLException {
    Patience patience = options.patience();
    Properties p = properties(who, patience.handshakeMs());
    p.setProperty("targetServerType", options.route().targetServerType());
    p.setProperty("loadBalanceHosts", "false");
    p.setProperty("hostRecheckSeconds", "1");
    return open(options.servers(), database, p, patience.answerMs());
  }

  /**
   * A connection to one server, whatever it is.
   *
   * @param handshakeMs bound of each answer while the session starts
   * @param answerMs bound of each answer afterwards; 0 for none
   */
  Connection direct(Endpoint server, int handshakeMs, int answerMs) throws SQLException {
    Properties p = properties(options.application(), handshakeMs);
    return open(List.of(server), options.database(), p, answerMs);
  }

  private Properties properties(Credentials who, int handshakeMs) {
    Properties p = new Properties();
    p.setProperty("user", who.role());
    p.setProperty("password", who.password());
    p.setProperty("socketFactory", TimedSocketFactory.class.getName());
    p.setProperty(
        "socketFactoryArg",
        TimedSocketFactory.argument(options.patience().connectMs(), handshakeMs));
    p.setProperty("sslmode", options.sslMode());
    p.setProperty("gssEncMode", "disable");
    // Spares two round trips at the begin of each session.
    p.setProperty("assumeMinServerVersion", "12");
    p.setProperty("ApplicationName", "conclave-workload");
    // The servers may be behind a pooler, which keeps no prepared statement from one transaction to
    // the next.
    p.setProperty("prepareThreshold", "0");
    return p;
  }

  private Connection open(List<Endpoint> servers, String database, Properties p, int answerMs)
      throws SQLException {
    String hosts = servers.stream().map(Endpoint::toString).collect(Collectors.joining(","));
    Connection connection = driver.connect("jdbc:postgresql://" + hosts + "/" + database, p);
    if (connection == null) {
      throw new SQLException("the driver does not take the address " + hosts);
    }
    connection.setNetworkTimeout(Runnable::run, answerMs);
    return connection;
  }
}
