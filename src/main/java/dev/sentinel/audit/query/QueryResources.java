package dev.sentinel.audit.query;

import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.store.EventStore;
import java.time.Clock;
import java.util.List;

/** What of the HTTP interface reads events. */
public final class QueryResources {
    private QueryResources() {}

    /**
     * The resources, in no particular order; they own nothing that would have to be closed.
     *
     * @param room for answers
     * @param clock says what now is, where a client does not
     */
    public static List<ApiResource> of(EventStore store, AnswerRoom room, Clock clock) {
        return List.of(
                new EventsQueryResource(store, room),
                new AgentsResource(store, room),
                new TracesResource(store, room),
                new StatsResource(store, room, clock));
    }
}
