package io.conclave.settings;

/**
 * Something wrong in the configuration file.
 *
 * @param where {@code file:line}; empty if it is not in the file
 * @param key full path of the key
 * @param value what is there; empty if nothing is
 * @param allowed a phrase that says what is right: "must be …", or "is unknown; …"
 */
public record Problem(String where, String key, String value, String allowed) {
  @Override
  public String toString() {
    String place = where.isEmpty() ? "" : where + ": ";
    String found = value.isEmpty() ? "" : " = " + value;
    return place + key + found + ": " + allowed;
  }
}
