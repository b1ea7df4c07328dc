package dev.sentinel.audit.event;

import java.util.List;

/**
 * The decoded events of a request body.
 *
 * @param batch whether to answer it as a batch: the body is an array or NDJSON, with any number of events
 * @param events in the order sent, so that the list index is the index in the answer; exactly one if not a batch
 */
public record DecodedBody(boolean batch, List<DecodedEvent> events) {}
