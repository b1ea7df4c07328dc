package dev.sentinel.audit.ingest;

import dev.sentinel.audit.event.DecodedBody;
import org.jspecify.annotations.Nullable;

/** How the events of a request body are written. One request or message; any thread. */
interface BodyFormat {
    /** What people call it. */
    String protocol();

    /** An upper bound on the valid events in a body of this size, and at most the limit. */
    int maxEventsIn(long bytes);

    /** The same for a body that is known. Cheap, so that an overloaded server can refuse a body before decoding it. */
    int maxEvents(byte[] body);

    /** Whether its events are notes, which no other format may bring. */
    default boolean isForNotes() {
        return false;
    }

    /** Bytes up to which a body is decoded on the event loop. */
    int inlineBytes();

    /**
     * Reads the events.
     *
     * @param submittedBy who sent it; null without authentication
     * @param atMost events that it may have
     * @throws dev.sentinel.audit.event.MalformedJsonException if the body as a whole cannot be read
     * @throws dev.sentinel.audit.event.TooManyEventsException if it has more events than the limit, or that were
     *     allowed here
     */
    DecodedBody read(byte[] body, @Nullable String submittedBy, int atMost);
}
