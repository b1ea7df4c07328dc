package dev.sentinel.audit.client;

import java.io.Closeable;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be sent, in the order of arrival. Its bounds hold for all that is not completed, including what was
 * taken. {@link #offer} is called by any thread, {@link #take} by one at a time, all else by any.
 */
interface EventBuffer extends Closeable {
    /** What has become of an offer. */
    enum Offer {
        ACCEPTED,
        /** There is no room; there will be when something is completed. */
        FULL,
        /** It cannot be kept, for a reason that the buffer has logged. */
        FAILED
    }

    /** Keeps an event, or does not; never waits for room. */
    Offer offer(byte[] event);

    /** Takes over what earlier processes have left; once, before the first {@link #take}. Returns how many events. */
    long recover();

    /** The next events; null if there are none. */
    @Nullable
    Batch take(int maxEvents, int maxBytes);

    /** The server has decided on all events of a batch: they are forgotten, and their room is free. */
    void complete(Batch batch);

    /** How many events there were in all. */
    long accepted();

    /** How many of them were taken. */
    long taken();

    /** What those that were not taken would add to a request, in bytes; roughly, while others are. */
    long untakenBytes();

    /** How many are not completed. */
    long pending();

    /** How much room those take, in bytes. */
    long pendingBytes();

    /** Whether what is not completed stays for the next process. */
    boolean survives();

    @Override
    void close();
}
