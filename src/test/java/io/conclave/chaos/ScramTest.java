package io.conclave.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Test;

class ScramTest {
  /** From PostgreSQL's own exchange the role is empty, so that the example of RFC 7677 cannot be taken as it is. */
  @Test
  void provesThatItKnowsThePassword() throws GeneralSecurityException {
    String serverFirst = "r=rOprNGfwEbeRWgbNEkqOserver,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    assertEquals(
        "c=biws,r=rOprNGfwEbeRWgbNEkqOserver,p=",
        new Scram("pencil").last("rOprNGfwEbeRWgbNEkqO", serverFirst).substring(0, 38));
    assertEquals("n,,n=,r=x", Scram.first("x"));
  }
}
