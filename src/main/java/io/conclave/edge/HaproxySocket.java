package io.conclave.edge;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The runtime API of HAProxy: a connection for each line of commands, which HAProxy ends behind its answers. */
public final class HaproxySocket {
  private static final int BUFFER = 16_384;

  private final Path path;
  private final long timeoutMs;

  /**
   * @param timeoutMs bound of each exchange
   */
  public HaproxySocket(Path path, long timeoutMs) {
    this.path = path;
    this.timeoutMs = timeoutMs;
  }

  /**
   * Gives the commands, in their order, and answers what HAProxy says to all of them.
   *
   * @throws IOException with a sentence, when it cannot be reached or does not answer in time
   */
  String ask(List<String> commands) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    byte[] line = (String.join(";", commands) + "\n").getBytes(StandardCharsets.UTF_8);
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        Selector selector = Selector.open()) {
      channel.connect(UnixDomainSocketAddress.of(path));
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
      ByteBuffer out = ByteBuffer.wrap(line);
      while (out.hasRemaining()) {
        await(selector, deadline);
        channel.write(out);
      }
      key.interestOps(SelectionKey.OP_READ);
      return readToEnd(channel, selector, deadline);
    } catch (IOException failed) {
      throw new IOException("HAProxy's socket %s: %s".formatted(path, failed.getMessage()), failed);
    }
  }

  private String readToEnd(SocketChannel channel, Selector selector, long deadline)
      throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    while (true) {
      await(selector, deadline);
      buffer.clear();
      int count = channel.read(buffer);
      if (count < 0) {
        return answer.toString(StandardCharsets.UTF_8);
      }
      answer.write(buffer.array(), 0, count);
    }
  }

  private void await(Selector selector, long deadline) throws IOException {
    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    selector.selectedKeys().clear();
    if (left <= 0 || selector.select(left) == 0) {
      throw new IOException("no answer within %d ms".formatted(timeoutMs));
    }
  }
}
