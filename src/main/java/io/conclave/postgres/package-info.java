/**
 * Everything an agent needs to own one PostgreSQL server: its files, its processes, and SQL sessions to it. No Akka, no
 * decisions. Calls block, each up to a deadline of its own.
 *
 * <p>Read in this order: {@link io.conclave.postgres.Identity} and {@link io.conclave.postgres.DataDirectory} (what a server
 * is on disk), {@link io.conclave.postgres.ServerProcess} (its processes), {@link io.conclave.postgres.LocalSession} and
 * {@link io.conclave.postgres.Observation} (what it says), then the actions: {@link io.conclave.postgres.Fencing},
 * {@link io.conclave.postgres.Promotion}, {@link io.conclave.postgres.SyncControl},
 * {@link io.conclave.postgres.GateControl}, {@link io.conclave.postgres.Commits}, {@link io.conclave.postgres.Cloning},
 * {@link io.conclave.postgres.Rewinding}.
 *
 * <p>"In force" is seen, not assumed. The proofs rest on one property of PostgreSQL's processes: a signal wakes them, and
 * they deal with it before they sleep again. So a process that is seen asleep at its usual place, after it was signalled, has
 * read its settings.
 */
package io.conclave.postgres;
