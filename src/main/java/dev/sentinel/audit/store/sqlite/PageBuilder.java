package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.FoundEvents;
import dev.sentinel.audit.store.Position;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Collects a page that is bounded in events and in bytes: a thousand events of 64 KiB must not become one answer. */
final class PageBuilder {
    private static final int MAX_BYTES = 2 << 20;
    private static final int USUAL_BYTES_AN_EVENT = 500;
    private static final int USUAL_EVENTS = 128;

    private final int limit;
    private final Buffer json;
    private int events;
    private @Nullable Buffer last;
    private boolean more;

    PageBuilder(int limit) {
        this.limit = limit;
        this.json = Buffer.buffer(Math.min(limit, USUAL_EVENTS) * USUAL_BYTES_AN_EVENT);
    }

    /** Adds the next event; one more than the limit tells that there are more. */
    void add(Buffer event) {
        if (more || events == limit || (events > 0 && json.length() + event.length() > MAX_BYTES)) {
            more = true;
            return;
        }
        if (events > 0) {
            json.appendByte((byte) ',');
        }
        json.appendBuffer(event);
        events++;
        last = event;
    }

    /** The next page starts behind the last event if there are more, else where the search stopped looking. */
    FoundEvents build(Optional<Position> sliceEnd) {
        return new FoundEvents(json, more && last != null ? JsonRow.position(last) : sliceEnd.orElse(null));
    }
}
