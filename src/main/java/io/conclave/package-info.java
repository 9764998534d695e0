/** Conclave: where the program begins and its parts are wired. */
package io.conclave;
