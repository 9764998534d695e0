package io.conclave.workload;

/**
 * A read answered by a server that said it was not in recovery, and that missed a write acknowledged before the read
 * began, to whichever client. Times are those of {@link System#nanoTime}.
 *
 * @param writer its number in the session
 * @param acknowledgedId highest id of the writer acknowledged before the read began
 * @param seenId highest id of the writer that the server showed
 */
public record StaleRead(
    Endpoint server,
    long session,
    int writer,
    long acknowledgedId,
    long seenId,
    long beganNanos,
    long answeredNanos) {}
