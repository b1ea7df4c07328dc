/**
 * What Prometheus sees of the server, and one log line a minute of what it does. Figures are taken from the parts that
 * own them, by suppliers and by {@link dev.sentinel.audit.persist.Committed}; nothing here is asked for on the way of
 * an event.
 *
 * <p>Every label has few values, whatever clients send: routes are templates and never paths, unknown HTTP methods are
 * one value. A meter once made is kept for the life of the process, so a label that a client can choose is a leak.
 */
@NullMarked
package dev.sentinel.audit.ops.metrics;

import org.jspecify.annotations.NullMarked;
