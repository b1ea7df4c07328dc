package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.store.Page;
import dev.sentinel.audit.store.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects a page that is bounded in events and in memory: a thousand events of 64 KiB must not become one answer. */
final class PageBuilder {
    private static final long MAX_WEIGHT = 2 << 20;

    private final int limit;
    private final List<StoredEvent> events = new ArrayList<>();
    private long weight;
    private boolean more;

    PageBuilder(int limit) {
        this.limit = limit;
    }

    void add(StoredEvent event) {
        if (more
                || events.size() == limit
                || (weight > 0 && weight + event.event().weight() > MAX_WEIGHT)) {
            more = true;
            return;
        }
        events.add(event);
        weight += event.event().weight();
    }

    /** The next page starts behind the last event if there are more, else where the search stopped looking. */
    Page<StoredEvent, Position> build(Optional<Position> sliceEnd) {
        if (more) {
            StoredEvent last = events.get(events.size() - 1);
            return new Page<>(events, new Position(last.timestamp(), last.seq()));
        }
        return new Page<>(events, sliceEnd.orElse(null));
    }
}
