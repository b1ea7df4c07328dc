package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.Timestamps;
import dev.sentinel.audit.store.FoundEvents;
import dev.sentinel.audit.store.Position;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/** Collects a page that is bounded in events and in bytes: a thousand events of 64 KiB must not become one answer. */
final class PageBuilder {
    private static final int MAX_BYTES = 2 << 20;
    private static final int USUAL_BYTES = 48 << 10;

    private final int limit;
    private final Buffer json = Buffer.buffer(USUAL_BYTES);
    private int events;
    private long lastTs;
    private long lastSeq;
    private boolean more;

    PageBuilder(int limit) {
        this.limit = limit;
    }

    /** Adds the next event; one more than the limit tells that there are more. */
    void add(long ts, long seq, Buffer event) {
        if (more || events == limit || (events > 0 && json.length() + event.length() > MAX_BYTES)) {
            more = true;
            return;
        }
        if (events > 0) {
            json.appendByte((byte) ',');
        }
        json.appendBuffer(event);
        events++;
        lastTs = ts;
        lastSeq = seq;
    }

    /** The next page starts behind the last event if there are more, else where the search stopped looking. */
    FoundEvents build(Optional<Position> sliceEnd) {
        return new FoundEvents(json, more ? new Position(Timestamps.ofMicros(lastTs), lastSeq) : sliceEnd.orElse(null));
    }
}
