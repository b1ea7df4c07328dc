package dev.sentinel.audit.store.migrate;

import dev.sentinel.audit.event.StoredEvent;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A database that receives the copy of a log. While it is open, no other migration and no server uses it. Called on one
 * thread; methods that return no Future block it. Failures are {@link dev.sentinel.audit.failure.Failure}s with one
 * line.
 */
public interface LogTarget extends AutoCloseable {

    /**
     * The existing content of the target.
     *
     * @param begun whether a copy of this log was begun, finished or not
     * @param complete whether a server may use what is there, and perhaps has
     * @param events number of events from the first position on, without a gap, as far as is known without reading all
     * @param lastEventId event id of the last one; null if there is none
     */
    record Held(
            boolean begun,
            boolean complete,
            long events,
            @Nullable UUID lastEventId) {}

    /** Returns the existing content. Writes nothing. */
    Held held(String logId);

    /** Marks the database as unfinished before anything else is written, so that no server starts to use it. */
    void begin(String logId);

    /** Appends events with their positions. Succeeds when they are durable; appends all or none. One call at a time. */
    Future<Void> append(List<StoredEvent> events);

    /** Derives from the events what queries need; afterwards queries find them as on a server. */
    void deriveQueryData();

    /** The events from {@code from} to before {@code to}, with the positions that clients would see. */
    Future<List<StoredEvent>> read(long from, long to);

    /** Passes the total of every agent, as clients would see it, to the consumer. */
    void agents(ObjLongConsumer<String> each);

    /**
     * Marks the copy as complete and verified: a server may use it.
     *
     * @param number the highest number of a signed log that was begun with these events; 0 for none
     */
    void finish(String logId, long events, String digest, int number);

    @Override
    void close();
}
