/** How a coordinator uses the register, and what a replica holds: pure, whatever carries the messages. */
package io.conclave.core.register;
