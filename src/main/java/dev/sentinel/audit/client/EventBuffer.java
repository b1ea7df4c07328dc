package dev.sentinel.audit.client;

import java.io.Closeable;
import org.jspecify.annotations.Nullable;

/**
 * Events waiting to be sent, in the order in which they were recorded. The bounds cover all events that are not
 * completed, including those taken. {@link #take} is called by one thread at a time, all other methods by any thread.
 */
interface EventBuffer extends Closeable {
    /** The result of an offer. */
    enum Offer {
        ACCEPTED,
        /** The buffer is full until a batch is completed. */
        FULL,
        /** The event cannot be stored. The buffer has logged the reason. */
        FAILED
    }

    /** Adds an event if possible. Never blocks on a full buffer. */
    Offer offer(byte[] event);

    /**
     * Takes over the events of earlier processes and returns their number. Called once, before the first {@link #take}.
     */
    long recover();

    /** Takes the next events; null if there are none. */
    @Nullable
    Batch take(int maxEvents, int maxBytes);

    /** Removes a batch on which the server has decided, and frees its space. */
    void complete(Batch batch);

    /** The total number of events added. */
    long accepted();

    /** The total number of events taken. */
    long taken();

    /** The size in a request of the events not taken yet, in bytes. Approximate while other threads use the buffer. */
    long untakenBytes();

    /** The number of events not completed yet. */
    long pending();

    /** The space that they occupy, in bytes. */
    long pendingBytes();

    /** Whether events that are not completed are kept for the next process. */
    boolean isPersistent();

    @Override
    void close();
}
