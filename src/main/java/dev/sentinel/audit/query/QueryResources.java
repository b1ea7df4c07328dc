package dev.sentinel.audit.query;

import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.PublicPath;
import dev.sentinel.audit.store.EventFinder;
import dev.sentinel.audit.store.Summaries;
import java.time.Clock;
import java.util.List;

/** The resources of the HTTP API that read events. */
public final class QueryResources {
    private QueryResources() {}

    /**
     * The resources, in no particular order. They own nothing that needs to be closed.
     *
     * @param lookup finds single events
     * @param limits bounds of all answers together
     * @param cursors authenticates cursors
     * @param clock the current time, if a request gives none
     * @param paths for links to the next page
     * @param polls reads the log by position; the caller ends them
     * @param version of the program
     */
    public static List<ApiResource> of(
            EventFinder finder,
            EventLookup lookup,
            Summaries summaries,
            AnswerLimits limits,
            CursorKey cursors,
            Clock clock,
            PublicPath paths,
            LogPolls polls,
            String version) {
        Validator validator = new Validator(finder, cursors, version);
        return List.of(
                new EventsQueryResource(finder, lookup, limits, cursors, paths, validator, polls),
                new AgentsResource(finder, summaries, limits, cursors, paths, validator),
                new TracesResource(finder, summaries, limits, cursors, paths, validator),
                new SessionsResource(finder, summaries, limits, cursors, paths, validator),
                new StatsResource(summaries, limits, validator, clock));
    }
}
