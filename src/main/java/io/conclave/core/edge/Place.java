package io.conclave.core.edge;

/** Where a node stands in one backend of HAProxy, as the topology has it. */
public enum Place {
  /** It is in, whatever the checks say. */
  SERVING,
  /** It is out, and its sessions are ended; the checks may let it in again, should nobody say otherwise. */
  ASIDE,
  /** The checks decide. */
  CHECKED,
  /** It is out and nothing but a later word lets it in: it was primary, and may not know that it is not any more. */
  BARRED,
  /** Nothing is known of it yet: it stays as it is. */
  LEFT
}
