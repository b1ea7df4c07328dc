package dev.sentinel.audit.event;

import java.util.List;

/**
 * What a request body holds.
 *
 * @param batch false for a single JSON object, which is answered like one event
 * @param events in the order of the body; one exactly if this is no batch
 */
public record DecodedBody(boolean batch, List<DecodedEvent> events) {}
