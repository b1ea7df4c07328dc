package dev.sentinel.audit.query.stream;

import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.store.EventFilter;
import dev.sentinel.audit.store.EventMatcher;
import io.vertx.core.buffer.Buffer;

/** What a stream wants: which events, and whether with their seals. Equal wishes are served together. Immutable. */
final class Selection {
    private final EventFilter filter;
    private final boolean sealed;
    private final EventMatcher matcher;

    Selection(EventFilter filter, boolean sealed) {
        this.filter = filter;
        this.sealed = sealed;
        this.matcher = EventMatcher.of(filter);
    }

    boolean matches(StoredEvent event) {
        return matcher.matches(event);
    }

    /** The frame of an event that matches; must not be changed. */
    Buffer frame(LiveEvent event) {
        return sealed ? LiveEvent.sealedFrameOf(event.stored()) : event.frame();
    }

    /** As the other method, for an event that only one stream reads. */
    Buffer frame(StoredEvent event) {
        return sealed ? LiveEvent.sealedFrameOf(event) : LiveEvent.frameOf(event);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Selection selection && filter.equals(selection.filter) && sealed == selection.sealed;
    }

    @Override
    public int hashCode() {
        return 31 * filter.hashCode() + Boolean.hashCode(sealed);
    }
}
