package io.conclave.chaos;

import io.conclave.workload.Credentials;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;

/** One idle client: the frontend of PostgreSQL's protocol as far as a login and a statement with one value need it. */
final class CrowdClient {
  private static final int PROTOCOL = 196_608;
  private static final int HEADER = 5;
  private static final String MECHANISM = "SCRAM-SHA-256";
  private static final int OK = 0;
  private static final int SASL = 10;
  private static final int SASL_CONTINUE = 11;
  private static final int SASL_FINAL = 12;

  private final SocketChannel channel;
  private final Credentials who;
  private final String database;
  private final Scram scram;
  private final String nonce = Scram.nonce();
  private ByteBuffer in = ByteBuffer.allocate(512);
  private boolean ready;
  private boolean there = true;
  private Optional<String> value = Optional.empty();

  CrowdClient(SocketChannel channel, Credentials who, String database, Scram scram) {
    this.channel = channel;
    this.who = who;
    this.database = database;
    this.scram = scram;
  }

  /** Whether the server waits for a statement: logged in, and the last one is answered. */
  boolean ready() {
    return ready;
  }

  /** Whether it is still connected. */
  boolean isThere() {
    return there;
  }

  /** It was disconnected. */
  void leave() {
    there = false;
    ready = false;
  }

  /** Begins the login, once the socket is connected. */
  void begin() throws IOException {
    byte[] body = text("user", who.role(), "database", database, "");
    ByteBuffer out = ByteBuffer.allocate(8 + body.length);
    out.putInt(8 + body.length).putInt(PROTOCOL).put(body);
    write(out.flip());
  }

  /** Sends a statement; it is under way from then on. */
  void ask(String sql) throws IOException {
    value = Optional.empty();
    send('Q', text(sql));
    ready = false;
  }

  /** The first value of the last row of the answer. */
  Optional<String> value() {
    return value;
  }

  /**
   * Takes what the server has sent.
   *
   * @throws IOException when it has ended the session, or has sent an error
   */
  void read() throws IOException {
    int count = channel.read(in);
    if (count < 0) {
      throw new IOException("disconnected");
    }
    in.flip();
    while (in.remaining() >= HEADER && in.remaining() > in.getInt(in.position() + 1)) {
      char type = (char) in.get();
      byte[] body = new byte[in.getInt() - 4];
      in.get(body);
      take(type, body);
    }
    in.compact();
    if (!in.hasRemaining()) {
      in = ByteBuffer.allocate(in.capacity() * 2).put(in.flip());
    }
  }

  private void take(char type, byte[] body) throws IOException {
    switch (type) {
      case 'R' -> authenticate(ByteBuffer.wrap(body));
      case 'E' ->
        throw new IOException(
            new String(body, StandardCharsets.UTF_8).replace('\0', ' ').strip());
      case 'D' -> value = firstColumn(ByteBuffer.wrap(body));
      case 'Z' -> ready = true;
      default -> {
        // Parameters and the like say nothing to a client that is only there.
      }
    }
  }

  private static Optional<String> firstColumn(ByteBuffer row) {
    if (row.getShort() < 1) {
      return Optional.empty();
    }
    int length = row.getInt();
    return length < 0
        ? Optional.empty()
        : Optional.of(
            StandardCharsets.UTF_8.decode(row.slice(row.position(), length)).toString());
  }

  private void authenticate(ByteBuffer body) throws IOException {
    int kind = body.getInt();
    String rest = StandardCharsets.UTF_8.decode(body).toString();
    if (kind == SASL) {
      byte[] first = Scram.first(nonce).getBytes(StandardCharsets.UTF_8);
      byte[] mechanism = text(MECHANISM);
      ByteBuffer out = ByteBuffer.allocate(mechanism.length + 4 + first.length);
      out.put(mechanism).putInt(first.length).put(first);
      send('p', out.array());
    } else if (kind == SASL_CONTINUE) {
      try {
        send('p', scram.last(nonce, rest).getBytes(StandardCharsets.UTF_8));
      } catch (GeneralSecurityException e) {
        throw new IOException(e);
      }
    } else if (kind != OK && kind != SASL_FINAL) {
      throw new IOException("the server wants authentication of kind " + kind + ", not SCRAM");
    }
  }

  private static byte[] text(String... words) {
    return Arrays.stream(words)
        .map(word -> word + "\0")
        .reduce("", String::concat)
        .getBytes(StandardCharsets.UTF_8);
  }

  private void send(char type, byte[] body) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(HEADER + body.length);
    out.put((byte) type).putInt(4 + body.length).put(body);
    write(out.flip());
  }

  /** So little always fits into the buffer of a socket that the other side reads. */
  private void write(ByteBuffer out) throws IOException {
    channel.write(out);
    if (out.hasRemaining()) {
      throw new IOException("the socket takes no more");
    }
  }
}
