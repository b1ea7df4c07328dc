package dev.sentinel.audit.store;

import java.time.Instant;

/**
 * A position in the order of events: by effective time, equal times by row id.
 *
 * @param time the event's effective time ({@link dev.sentinel.audit.event.StoredEvent#effectiveTime})
 * @param rowId a number that the store assigns, at least 0; it grows in the order of
 *     {@link dev.sentinel.audit.event.StoredEvent#seq} and equals it if there are no gaps
 */
public record Position(Instant time, long rowId) {}
