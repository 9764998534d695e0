package io.conclave.core.check;

/** What a health check asks about one node; the names are those of Patroni's paths. */
public enum Check {
  /** Does it take writes? */
  PRIMARY,
  /** Does it lead a standby cluster? There are none here. */
  STANDBY_LEADER,
  /** Is it a standby that may be read from? */
  REPLICA,
  /** May it be read from, whatever it is? */
  READ_ONLY,
  /** Is it a standby whose acknowledgement commits wait for? */
  SYNC,
  /** {@link #SYNC} or {@link #PRIMARY}. */
  READ_ONLY_SYNC,
  /** Is it a standby that may be read from and that no commit waits for? */
  ASYNC,
  /** Does its server answer? */
  HEALTH,
  /** Does its agent live? */
  LIVENESS,
  /** Does it take writes, or stream and is not far behind? */
  READINESS
}
