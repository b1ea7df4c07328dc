package dev.sentinel.audit.store.migrate;

import dev.sentinel.audit.event.StoredEvent;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A database that takes a log over. Open means: no other migration and no server uses it. Called on one thread, which
 * the methods block that return no Future; failures are {@link dev.sentinel.audit.failure.Failure}s of one line.
 */
public interface LogTarget extends AutoCloseable {

    /**
     * What is there already.
     *
     * @param begun whether a copy of this log was begun there, finished or not
     * @param events those from the first position on, without a gap, as far as can be told without reading all
     * @param lastEventId of the last one; null if there is none
     */
    record Held(boolean begun, long events, @Nullable UUID lastEventId) {}

    /** Writes nothing. */
    Held held(String logId);

    /** Marks the database as unfinished, so that no server begins to use it, before anything else is written. */
    void begin(String logId);

    /**
     * Adds events behind those that are there, with their positions. Succeeds when they are durable; all are, or none.
     * One at a time.
     */
    Future<Void> append(List<StoredEvent> events);

    /** Makes of the events what queries need; afterwards they are found as a server would find them. */
    void settle();

    /** The events from one position to before another, with the positions that clients would see. */
    Future<List<StoredEvent>> read(long from, long to);

    /** Tells the total of every agent, as clients would see it. */
    void agents(ObjLongConsumer<String> each);

    /** The copy is complete and verified: a server may use it. */
    void finish(String logId, long events, String digest);

    @Override
    void close();
}
