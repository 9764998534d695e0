package io.conclave.register;

import akka.cluster.ddata.Key;
import io.conclave.core.GroupId;

/** Names the cell of a group in Distributed Data; keys of this prefix are durable (see reference.conf). */
final class RegisterKey extends Key<RegisterCell> {
  /** Prefix of all keys of the register. */
  static final String PREFIX = "register-";

  RegisterKey(GroupId group) {
    super(PREFIX + group.value());
  }
}
