package io.conclave.workload;

/** A role and its password; the password never appears in {@link #toString}. */
public record Credentials(String role, String password) {
  @Override
  public String toString() {
    return role;
  }
}
