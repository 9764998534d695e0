package io.conclave.core;

import java.util.UUID;

/**
 * Who may commit, and with whose help. Begun when it is in the register, established when its epoch row is shown by k
 * members of its sync set.
 *
 * @param epoch 1 for the first configuration of a group; every promotion adds one
 * @param promotion identifies this promotion for ever, where timeline numbers can repeat (design, section 3.3 step 7)
 */
public record Configuration(long epoch, NodeId primary, SyncSet sync, UUID promotion) {
  public Configuration {
    if (sync.contains(primary)) {
      throw new IllegalArgumentException(
          "the primary " + primary + " cannot be in its own sync set " + sync);
    }
  }

  public Configuration withSync(SyncSet other) {
    return new Configuration(epoch, primary, other, promotion);
  }

  @Override
  public String toString() {
    return "epoch %d: %s with %s".formatted(epoch, primary, sync);
  }
}
