/** Named steps at which a test can kill or freeze a daemon. Off, but for tests. */
package io.conclave.fault;
