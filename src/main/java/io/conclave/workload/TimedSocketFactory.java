package io.conclave.workload;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import javax.net.SocketFactory;

/**
 * Gives pgjdbc timeouts in ms; its own settings count in seconds. A frozen server accepts a connection and never
 * answers, so each read has a bound already while the session starts. {@code Connection.setNetworkTimeout} replaces
 * that bound once the session is there. Public with this constructor because the driver makes it by reflection.
 */
public final class TimedSocketFactory extends SocketFactory {
  private final int connectMs;
  private final int readMs;

  /**
   * Called by the driver.
   *
   * @param argument {@code connect:read}, both in ms
   */
  public TimedSocketFactory(String argument) {
    String[] parts = argument.split(":");
    connectMs = Integer.parseInt(parts[0]);
    readMs = Integer.parseInt(parts[1]);
  }

  static String argument(int connectMs, int readMs) {
    return connectMs + ":" + readMs;
  }

  @Override
  public Socket createSocket() throws IOException {
    Socket socket = new TimedSocket(connectMs);
    socket.setSoTimeout(readMs);
    return socket;
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw new UnsupportedOperationException("the driver connects by itself");
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort) {
    throw new UnsupportedOperationException("the driver connects by itself");
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw new UnsupportedOperationException("the driver connects by itself");
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
    throw new UnsupportedOperationException("the driver connects by itself");
  }

  private static final class TimedSocket extends Socket {
    private final int connectMs;

    TimedSocket(int connectMs) throws SocketException {
      this.connectMs = connectMs;
      setTcpNoDelay(true);
    }

    /** The driver swallows a SocketTimeoutException that it has not asked for, and reads on for ever. */
    @Override
    public InputStream getInputStream() throws IOException {
      return new FilterInputStream(super.getInputStream()) {
        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
          try {
            return super.read(buffer, offset, length);
          } catch (SocketTimeoutException late) {
            throw new IOException("no answer within " + getSoTimeout() + " ms", late);
          }
        }
      };
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
      super.connect(endpoint, connectMs);
      if (getLocalPort() == getPort() && getLocalAddress().equals(getInetAddress())) {
        // Linux connects a loopback socket with itself when nobody listens and the port happens to
        // be the same.
        close();
        throw new SocketException("connected to itself: nobody listens at " + endpoint);
      }
    }
  }
}
