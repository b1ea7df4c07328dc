package dev.sentinel.audit.store;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Events that a search has found, as the JSON that clients get. Text instead of objects, because a database writes a
 * page as text in a fraction of the time that it takes to make objects of it, and text of them again.
 */
public final class FoundEvents {
    private final Buffer json;
    private final int[] ends;
    private final int count;
    private final @Nullable Position next;

    /**
     * Made by {@link PageBuilder}.
     *
     * @param ends of each event in the JSON, at least as many as there are; not to be changed afterwards
     */
    FoundEvents(Buffer json, int[] ends, int count, @Nullable Position next) {
        this.json = json;
        this.ends = ends;
        this.count = count;
        this.next = next;
    }

    /**
     * UTF-8, not to be changed: each event as {@link dev.sentinel.audit.event.EventWriter} writes it, in the order of
     * the search, with commas between them; empty if there is none.
     */
    public Buffer json() {
        return json;
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /** One of them, a view of {@link #json}. */
    public Buffer event(int index) {
        return json.slice(index == 0 ? 0 : ends[index - 1] + 1, ends[index]);
    }

    /** Where the next page starts (exclusive); null on the last page. */
    public @Nullable Position next() {
        return next;
    }
}
