/** Text for people: what more than one of command line and HTTP interface writes. */
package io.conclave.text;
