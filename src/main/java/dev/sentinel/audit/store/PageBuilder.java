package dev.sentinel.audit.store;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Builds a page that is bounded in events and in bytes: a thousand events of 64 KiB must not become one answer.
 *
 * @param <P> what a store knows of an event, from which it computes the position
 */
public final class PageBuilder<P> {
    /** The size of a page, unless a single event is larger. */
    public static final int MAX_BYTES = 2 << 20;

    private static final int USUAL_BYTES_AN_EVENT = 500;
    private static final int USUAL_EVENTS = 128;

    private final int limit;
    private final Buffer json;
    private int events;
    private int[] ends;
    private final Function<P, Position> position;
    private @Nullable P last;
    private boolean more;

    /**
     * Creates an empty page.
     *
     * @param limit the largest number of events
     * @param position computes a position; called for at most one event
     */
    public PageBuilder(int limit, Function<P, Position> position) {
        this.limit = limit;
        this.position = position;
        int usual = Math.min(limit, USUAL_EVENTS);
        this.json = Buffer.buffer(usual * USUAL_BYTES_AN_EVENT);
        this.ends = new int[usual];
    }

    /** Adds the JSON of the next event. An event beyond the limit only shows that there is a next page. */
    public void add(Buffer event, P place) {
        if (more || events == limit || (events > 0 && json.length() + event.length() > MAX_BYTES)) {
            more = true;
            return;
        }
        if (events > 0) {
            json.appendByte((byte) ',');
        }
        json.appendBuffer(event);
        if (events == ends.length) {
            ends = Arrays.copyOf(ends, 2 * events);
        }
        ends[events++] = json.length();
        last = place;
    }

    /** Whether further events would not be added. */
    public boolean isFull() {
        return more || events == limit;
    }

    /**
     * Builds the page. The next one starts after the last event if there are more, otherwise where the search stopped.
     */
    public FoundEvents build(Optional<Position> sliceEnd) {
        return new FoundEvents(json, ends, events, more && last != null ? position.apply(last) : sliceEnd.orElse(null));
    }
}
