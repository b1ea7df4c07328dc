package dev.sentinel.audit.store;

import java.time.Instant;

/**
 * A place in the order of events: by timestamp, equal timestamps by arrival.
 *
 * @param arrival a number of the store's that grows in the order of {@link dev.sentinel.audit.event.StoredEvent#seq},
 *     and is the same where there are no others
 */
public record Position(Instant timestamp, long arrival) {}
