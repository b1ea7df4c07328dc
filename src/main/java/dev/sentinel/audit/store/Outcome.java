package dev.sentinel.audit.store;

import dev.sentinel.audit.event.LeafHash;
import java.time.Instant;

/**
 * The result of appending one event. A position may be {@link dev.sentinel.audit.event.StoredEvent#UNSEQUENCED}: not
 * assigned yet.
 */
public sealed interface Outcome {

    /** The event is stored at this position. */
    sealed interface Stored extends Outcome {
        long seq();

        Instant receivedAt();

        /** Identifies the event with all that the server stored, in every proof that the log can give. */
        LeafHash leafHash();
    }

    /** The event is now stored at this position. */
    record Captured(long seq, Instant receivedAt, LeafHash leafHash) implements Stored {}

    /** The same event was already stored at this position; nothing was written. */
    record Duplicate(long seq, Instant receivedAt, LeafHash leafHash) implements Stored {}

    /**
     * A different event with this id is stored; nothing was written.
     *
     * @param agentInstanceId of the stored event, which the client may not be allowed to learn
     */
    record Conflict(String agentInstanceId) implements Outcome {}
}
