package dev.sentinel.audit.store;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Events that a search has found, as the JSON that clients get. Not objects: a database writes a page as text in a
 * fraction of the time that it takes to create objects and to encode them again.
 */
public final class FoundEvents {
    private final Buffer json;
    private final int[] ends;
    private final int count;
    private final @Nullable Position next;

    /**
     * Called by {@link PageBuilder}.
     *
     * @param ends the end of each event in the JSON; may be longer than {@code count}, and must not be changed
     *     afterwards
     */
    FoundEvents(Buffer json, int[] ends, int count, @Nullable Position next) {
        this.json = json;
        this.ends = ends;
        this.count = count;
        this.next = next;
    }

    /**
     * UTF-8; must not be changed. Each event is as {@link dev.sentinel.audit.event.EventWriter} writes it, in the order
     * of the search, separated by commas. Empty if no event was found.
     */
    public Buffer json() {
        return json;
    }

    /** The number of events. */
    public int count() {
        return count;
    }

    /** The JSON of one event, a view of {@link #json}. */
    public Buffer event(int index) {
        return json.slice(index == 0 ? 0 : ends[index - 1] + 1, ends[index]);
    }

    /** Where the next page starts (exclusive); null on the last page. */
    public @Nullable Position next() {
        return next;
    }
}
