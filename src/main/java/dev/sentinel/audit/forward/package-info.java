/**
 * Passes the log on to other systems. A {@link dev.sentinel.audit.forward.Destination} takes events in the order of
 * their positions; a cursor says how far it has got. The log itself is the buffer, so a destination that is paused,
 * slow or away costs lag and never an event, and it never touches ingest or readiness.
 *
 * <p>Delivery is at least once: the cursor moves after the destination has acknowledged, so a crash repeats the
 * deliveries of about the last second. Each event carries {@code event_id} and {@code seq}, by which a receiver drops
 * repeats.
 *
 * <p>{@code ForwardVerticle} owns destinations by leases, so that of several servers one delivers to each;
 * {@code Forwarder} is what delivers: {@code BatchReader} collects a batch, {@code Trouble} judges failures, and
 * {@code SavedCursor} saves how far it is. All of it runs on one event loop and blocks nothing. Whoever adds a kind of
 * destination implements {@link dev.sentinel.audit.forward.DestinationType} and
 * {@link dev.sentinel.audit.forward.Destination}, and names the type in {@code META-INF/services}: only that.
 */
@NullMarked
package dev.sentinel.audit.forward;

import org.jspecify.annotations.NullMarked;
