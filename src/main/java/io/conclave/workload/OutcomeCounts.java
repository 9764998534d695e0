package io.conclave.workload;

/** How many writes ended in which way. */
final class OutcomeCounts {
  private long acknowledged;
  private long failed;
  private long unknown;

  void add(Outcome outcome) {
    switch (outcome) {
      case ACKNOWLEDGED -> acknowledged++;
      case FAILED -> failed++;
      case UNKNOWN -> unknown++;
    }
  }

  long acknowledged() {
    return acknowledged;
  }

  long failed() {
    return failed;
  }

  long unknown() {
    return unknown;
  }
}
