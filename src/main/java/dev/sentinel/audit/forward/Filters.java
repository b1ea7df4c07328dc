package dev.sentinel.audit.forward;

import dev.sentinel.audit.keys.Principal;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.query.EventFilters;
import dev.sentinel.audit.query.QueryParameters;
import dev.sentinel.audit.store.EventMatcher;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The filter of a destination, in the parameters of lists. */
final class Filters {
    private Filters() {}

    /**
     * Throws a {@link dev.sentinel.audit.http.ProblemException} that names every parameter that is not valid.
     *
     * @param agentPrefix restricts the agents further
     */
    static EventMatcher matcher(Map<String, List<String>> filters, String agentPrefix) {
        Principal reader = new Principal(null, Set.of(Scope.READ), agentPrefix, null);
        QueryParameters parameters = QueryParameters.of(reader, filters);
        EventMatcher matcher = EventMatcher.of(EventFilters.live(parameters));
        parameters.finish();
        return matcher;
    }
}
