/**
 * The commands of {@code bin/sentinel} that administer an installation; each is a process of its own beside the server,
 * and what it does is captured as an event. Results go to standard output, so that scripts can use them; explanations
 * to standard error.
 */
@NullMarked
package dev.sentinel.audit.cli;

import org.jspecify.annotations.NullMarked;
