/**
 * Passes the log on to other systems. A {@link dev.sentinel.audit.forward.Destination} takes events in the order of
 * their positions; a cursor says how far it has got. The log itself is the buffer, so a destination that is paused,
 * slow or away costs lag and never an event, and it never touches ingest or readiness.
 *
 * <p>Delivery is at least once: the cursor moves after the destination has acknowledged, so a crash repeats the
 * deliveries of about the last second. Each event carries {@code event_id} and {@code seq}, by which a receiver drops
 * repeats.
 */
@NullMarked
package dev.sentinel.audit.forward;

import org.jspecify.annotations.NullMarked;
