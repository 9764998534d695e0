package io.conclave.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Files beside the tests. */
final class Golden {
  private Golden() {}

  static String text(String name) throws IOException {
    return new String(bytes(name), StandardCharsets.UTF_8);
  }

  static byte[] bytes(String name) throws IOException {
    try (InputStream in = Golden.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }
}
