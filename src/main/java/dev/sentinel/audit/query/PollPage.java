package dev.sentinel.audit.query;

import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.store.EventMatcher;
import dev.sentinel.audit.store.PageBuilder;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** Collects the events that pass a filter, in the order of the log, up to a number and a size. One event loop. */
final class PollPage {
    private final EventMatcher matcher;
    private final boolean sealed;
    private final int limit;
    private final Buffer json = Buffer.buffer();
    private int events;
    private long next;
    private boolean full;

    /** @param from the position of the first event that is read */
    PollPage(EventMatcher matcher, boolean sealed, int limit, long from) {
        this.matcher = matcher;
        this.sealed = sealed;
        this.limit = limit;
        this.next = from;
    }

    /** Reads events up to the one that does not fit any more. */
    void addAll(List<StoredEvent> read) {
        for (StoredEvent event : read) {
            if (event.seq() >= next && matcher.matches(event) && !add(event)) {
                full = true;
                return;
            }
            next = Math.max(next, event.seq() + 1);
        }
        full = events == limit;
    }

    private boolean add(StoredEvent event) {
        Buffer text = Buffer.buffer(sealed ? EventWriter.toSealedJson(event) : EventWriter.toJson(event));
        if (events == limit || (events > 0 && json.length() + text.length() > PageBuilder.MAX_BYTES)) {
            return false;
        }
        if (events > 0) {
            json.appendByte((byte) ',');
        }
        json.appendBuffer(text);
        events++;
        return true;
    }

    boolean isEmpty() {
        return events == 0;
    }

    boolean isFull() {
        return full;
    }

    /** The position after the last event that was read, whether or not it passed the filter. */
    long next() {
        return next;
    }

    Buffer json() {
        return json;
    }
}
