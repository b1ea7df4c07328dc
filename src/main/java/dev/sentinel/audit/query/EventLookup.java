package dev.sentinel.audit.query;

import dev.sentinel.audit.store.EventFinder;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.UUID;

/** Finds one event, whoever may read it. Any thread. */
@FunctionalInterface
public interface EventLookup {

    /** Fails as {@link EventFinder#find} does. The absence of an event MUST be what the store says now. */
    Future<Optional<FoundEvent>> find(UUID eventId);

    /** Asks the store. */
    static EventLookup of(EventFinder finder) {
        return eventId -> finder.find(eventId).map(found -> found.map(FoundEvent.Stored::new));
    }
}
