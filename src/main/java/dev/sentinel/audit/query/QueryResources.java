package dev.sentinel.audit.query;

import dev.sentinel.audit.budget.Budget;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.store.EventStore;
import java.util.List;

/** What of the HTTP interface reads events. */
public final class QueryResources {
    private QueryResources() {}

    /**
     * The resources, in no particular order; they own nothing that would have to be closed.
     *
     * @param memory for answers, in bytes
     */
    public static List<ApiResource> of(EventStore store, Budget memory) {
        return List.of(
                new EventsQueryResource(store, memory),
                new AgentsResource(store, memory),
                new TracesResource(store, memory));
    }
}
