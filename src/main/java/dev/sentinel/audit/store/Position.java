package dev.sentinel.audit.store;

import java.time.Instant;

/** A place in the order of events: by timestamp, equal timestamps by arrival. */
public record Position(Instant timestamp, long seq) {}
