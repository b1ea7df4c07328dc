package dev.sentinel.audit.store;

import java.time.Instant;

/**
 * The result of appending one event. A position may be {@link dev.sentinel.audit.event.StoredEvent#UNSEQUENCED}: not
 * assigned yet.
 */
public sealed interface Outcome {

    /** The event is now stored at this position. */
    record Captured(long seq, Instant receivedAt) implements Outcome {}

    /** The same event was already stored at this position; nothing was written. */
    record Duplicate(long seq, Instant receivedAt) implements Outcome {}

    /**
     * A different event with this id is stored; nothing was written.
     *
     * @param agentInstanceId of the stored event, which the client may not be allowed to learn
     */
    record Conflict(String agentInstanceId) implements Outcome {}
}
