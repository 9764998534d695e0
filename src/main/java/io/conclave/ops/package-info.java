/**
 * What an operator sees and asks of a host over HTTP: its {@link io.conclave.ops.Board} listens to the words of the cell,
 * {@link io.conclave.ops.Views} turns them into JSON, {@link io.conclave.ops.ConclaveRoutes} serves it on the port of
 * akka-management.
 */
package io.conclave.ops;
