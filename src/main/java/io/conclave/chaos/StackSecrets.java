package io.conclave.chaos;

import io.conclave.workload.Credentials;
import java.util.Map;
import java.util.Optional;

/**
 * What a client of a stack has to know, from {@code .env} beside its compose file.
 *
 * @param application role that may create tables in its database
 * @param virtualAddress of the edges; empty where it is the usual one
 */
record StackSecrets(Credentials application, String database, Optional<String> virtualAddress) {
  /**
   * Reads the variables.
   *
   * @throws ChaosException when the application's password is missing
   */
  static StackSecrets of(Map<String, String> environment) throws ChaosException {
    String password = environment.get("APP_PASSWORD");
    if (password == null || password.isEmpty()) {
      throw new ChaosException(
          ".env of the stack has no APP_PASSWORD: it must be the password of role app");
    }
    return new StackSecrets(
        new Credentials("app", password),
        "app",
        Optional.ofNullable(environment.get("CONCLAVE_VIRTUAL_IP")).filter(v -> !v.isBlank()));
  }

  @Override
  public String toString() {
    return "%s of %s".formatted(application, database);
  }
}
