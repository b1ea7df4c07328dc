/**
 * Expected failures, shared by all layers. Stores, budgets and resources fail with them; the HTTP server turns them
 * into a status, and the command line into one line and an exit code.
 *
 * <p>{@link dev.sentinel.audit.failure.OutageLog} logs the start and the end of an outage once each.
 *
 * <p>Failures that are expected while serving have no stack trace, because under overload they are created thousands of
 * times a second.
 */
@NullMarked
package dev.sentinel.audit.failure;

import org.jspecify.annotations.NullMarked;
