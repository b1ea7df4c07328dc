package dev.sentinel.audit.store;

import java.time.Instant;

/**
 * What became of an appended event. A position may be {@link dev.sentinel.audit.event.StoredEvent#UNSEQUENCED}: not
 * settled yet.
 */
public sealed interface Outcome {

    /** Stored now, at this position. */
    record Captured(long seq, Instant receivedAt) implements Outcome {}

    /** The same event was already stored, there; nothing was stored now. */
    record Duplicate(long seq, Instant receivedAt) implements Outcome {}

    /** Another event with this id is stored; nothing was stored now. */
    record Conflict() implements Outcome {}
}
