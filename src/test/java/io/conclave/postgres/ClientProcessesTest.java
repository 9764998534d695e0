package io.conclave.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientProcessesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "postgres: us-db-1: alice app 127.0.0.1(40122) idle | true",
        "postgres: us-db-1: alice app 127.0.0.1(40122) authentication | true",
        "postgres: us-db-1: alice app [local] SELECT | true",
        "postgres: alice app fe80::1%eth0(40122) idle in transaction | true",
        "postgres: alice app db.example.org(40122) idle | true",
        "postgres: us-db-1: walsender somebody 10.0.0.9(40122) streaming 0/3000148 | true",
        "postgres: us-db-1: conclave postgres [local] idle | false",
        "postgres: us-db-1: conclave_probe postgres 127.0.0.1(40122) idle | false",
        "postgres: us-db-1: walsender conclave_replication 10.0.0.9(40122) streaming 0/3000148 | false",
        "postgres: us-db-1: 127.0.0.1(40122) startup | false",
        "postgres: us-db-1: walwriter | false",
        "postgres: us-db-1: startup recovering 000000010000000000000003 | false",
        "postgres: us-db-1: walreceiver streaming 0/3000148 | false",
        "postgres: us-db-1: autovacuum worker app | false",
        "postgres: us-db-1: logical replication launcher | false",
        "/usr/lib/postgresql/15/bin/postgres -D /var/lib/conclave/us-db-1 | false",
      })
  void onlySessionsOfOthersAreClients(String title, boolean client) {
    assertEquals(client, ClientProcesses.isClient(title));
  }
}
