package dev.sentinel.audit.ingest;

import dev.sentinel.audit.event.DecodedBody;

/** How the events of a request body are written. One request; any thread. */
interface BodyFormat {
    /** What people call it. */
    String protocol();

    /** An upper bound on the valid events in a body of this size, and at most the limit. */
    int maxEventsIn(long bytes);

    /** The same for a body that is known. Cheap, so that an overloaded server can refuse a body before decoding it. */
    int maxEvents(byte[] body);

    /** Bytes up to which a body is decoded on the event loop. */
    int inlineBytes();

    /**
     * Reads the events.
     *
     * @throws dev.sentinel.audit.event.MalformedJsonException if the body as a whole cannot be read
     * @throws dev.sentinel.audit.event.TooManyEventsException if it has more events than the limit, or than the client
     *     may ever send at once
     */
    DecodedBody read(byte[] body, Client client);
}
