package dev.sentinel.audit.event;

import java.util.List;

/**
 * What a request body held.
 *
 * @param batch whether it is answered as a batch: an array or NDJSON, of any number of events
 * @param events in the order sent, so that an event's place in the list is its index; exactly one if not a batch
 */
public record DecodedBody(boolean batch, List<DecodedEvent> events) {}
