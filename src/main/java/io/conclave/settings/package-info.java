/**
 * The configuration file as typed, checked values. {@link io.conclave.settings.ConclaveSettings#load} reports every
 * problem of a file at once.
 */
package io.conclave.settings;
