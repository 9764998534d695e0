package io.conclave.workload;

/**
 * How much load there is. The defaults leave room on two cores for three servers and their agents.
 *
 * @param keepingWriters writers that keep their connection, as applications do
 * @param reconnectingWriters writers that open a connection for each write
 * @param keepingPace writes per second of one keeping writer
 * @param reconnectingPace writes per second of one reconnecting writer; each costs a SCRAM handshake (some ms of CPU)
 * @param readsPerSecond reads per second and server that look for stale answers; 0 for none
 */
public record LoadShape(
    int keepingWriters,
    int reconnectingWriters,
    int keepingPace,
    int reconnectingPace,
    int readsPerSecond) {

  public static final LoadShape DEFAULT = new LoadShape(6, 2, 50, 20, 20);

  public LoadShape {
    if (keepingWriters < 0 || reconnectingWriters < 0 || keepingWriters + reconnectingWriters < 1) {
      throw new IllegalArgumentException("at least one writer is needed");
    }
    if (keepingPace < 1 || keepingPace > 1000 || reconnectingPace < 1 || reconnectingPace > 1000) {
      throw new IllegalArgumentException("the pace of a writer is 1 to 1000 writes per second");
    }
    if (readsPerSecond < 0 || readsPerSecond > 1000) {
      throw new IllegalArgumentException("reads per second and server are 0 to 1000");
    }
  }

  public int writers() {
    return keepingWriters + reconnectingWriters;
  }
}
