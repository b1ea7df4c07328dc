/**
 * The commands of {@code bin/sentinel} that administer an installation. Each is a separate process beside the server,
 * and its acts are captured as events. Results go to standard output, for scripts; explanations go to standard error.
 */
@NullMarked
package dev.sentinel.audit.cli;

import org.jspecify.annotations.NullMarked;
