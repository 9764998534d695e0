package io.conclave.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.sql.SQLException;
import java.sql.SQLWarning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

class OutcomesTest {
  @Test
  void aCommitWithoutWarningIsAcknowledged() {
    assertEquals(Outcome.ACKNOWLEDGED, Outcomes.ofSuccess(null));
    assertEquals(Outcome.ACKNOWLEDGED, Outcomes.ofSuccess(new SQLWarning("something else")));
  }

  @Test
  void aCancelledWaitIsUnknownAlsoBehindAnotherWarning() {
    SQLWarning first = new SQLWarning("something else");
    first.setNextWarning(
        new SQLWarning("canceling wait for synchronous replication due to user request"));
    assertEquals(Outcome.UNKNOWN, Outcomes.ofSuccess(first));
  }

  @ParameterizedTest
  @CsvSource({
    "ERROR, 25006, FAILED", // read-only: a standby
    "ERROR, 42P01, FAILED",
    "ERROR, 57014, FAILED", // cancelled before the commit; a cancelled wait is a success with a
    // warning
    "ERROR, 40001, FAILED",
    "ERROR, 40003, UNKNOWN",
    "ERROR, 58030, UNKNOWN",
    "ERROR, XX000, UNKNOWN",
    "FATAL, 57P01, UNKNOWN", // ended by an administrator: perhaps while it waited for its standbys
    "PANIC, 53100, UNKNOWN"
  })
  void anErrorOfTheServerIsFailedOnlyWhenItComesBeforeTheCommit(
      String severity, String state, Outcome expected) {
    PSQLException e =
        new PSQLException(new ServerErrorMessage("S" + severity + "\0C" + state + "\0Mtext\0"));
    assertEquals(expected, Outcomes.ofError(e));
  }

  @Test
  void aBrokenConnectionIsUnknown() {
    assertEquals(Outcome.UNKNOWN, Outcomes.ofError(new SQLException("I/O error", "08006")));
    assertEquals(Outcome.UNKNOWN, Outcomes.ofError(new SQLException("no state")));
  }
}
