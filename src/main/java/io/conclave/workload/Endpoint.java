package io.conclave.workload;

/**
 * Where one server listens.
 *
 * @param address host name or IP
 * @param port TCP port, 1 to 65535
 */
public record Endpoint(String address, int port) {
  public Endpoint {
    if (address.isBlank() || port < 1 || port > 65_535) {
      throw new IllegalArgumentException("not an endpoint: " + address + ":" + port);
    }
  }

  /**
   * Reads {@code host:port}; the port is 5432 when it is left out.
   *
   * @throws IllegalArgumentException when the text is neither form
   */
  public static Endpoint parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0 || text.endsWith("]")) {
      return new Endpoint(text, 5432);
    }
    try {
      return new Endpoint(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a port in '" + text + "': expected host:port", e);
    }
  }

  @Override
  public String toString() {
    return address + ":" + port;
  }
}
