/** The operator's commands. They read options and speak HTTP; what a daemon or a demo does is behind {@link Programs}. */
package io.conclave.cli;
