package dev.sentinel.audit.query;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.http.PublicPath;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.AgentSummary;
import dev.sentinel.audit.store.EventFinder;
import dev.sentinel.audit.store.Page;
import dev.sentinel.audit.store.Summaries;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lists agents, and the events of one agent. */
final class AgentsResource implements ApiResource {
    private static final String PATH = "/v1/agents";
    private static final int MAX_PREFIX_CHARACTERS = 255;

    private final EventFinder finder;
    private final Summaries summaries;
    private final AnswerLimits limits;
    private final CursorKey cursors;
    private final PublicPath paths;
    private final Validator validator;

    AgentsResource(
            EventFinder finder,
            Summaries summaries,
            AnswerLimits limits,
            CursorKey cursors,
            PublicPath paths,
            Validator validator) {
        this.finder = finder;
        this.summaries = summaries;
        this.limits = limits;
        this.cursors = cursors;
        this.paths = paths;
        this.validator = validator;
    }

    @Override
    public void mount(Router router) {
        router.get(PATH).handler(this::agents);
        router.get(PATH + "/:agent_id/events").handler(this::events);
    }

    private void agents(RoutingContext ctx) {
        QueryParameters parameters = QueryParameters.of(ctx);
        @Nullable String prefix = parameters.text("prefix", MAX_PREFIX_CHARACTERS);
        Cursor.Scope scope = cursors.scope(prefix == null ? "agents" : "agents " + prefix);
        int limit = parameters.limit();
        Optional<String> after = parameters.cursor(cursor -> cursor.agentIn(scope));
        parameters.finish();
        validator.send(
                ctx,
                limits,
                () -> agents(prefix == null ? "" : prefix, parameters.caller().agentPrefix(), after, limit)
                        .map(page -> agentsAnswer(parameters, scope, page)));
    }

    /** The requested agents that the caller may see. */
    private Future<Page<AgentSummary, String>> agents(
            String requested, String visible, Optional<String> after, int limit) {
        if (requested.startsWith(visible)) {
            return summaries.agents(requested, after, limit);
        }
        return visible.startsWith(requested)
                ? summaries.agents(visible, after, limit)
                : Future.succeededFuture(new Page<>(List.of(), null));
    }

    private Answer agentsAnswer(QueryParameters parameters, Cursor.Scope scope, Page<AgentSummary, String> page) {
        @Nullable Cursor next = page.next() == null ? null : Cursor.at(scope, page.next());
        return Answer.of(json -> {
                    json.writeStartObject();
                    json.writeArrayFieldStart("agents");
                    for (AgentSummary agent : page.items()) {
                        json.writeStartObject();
                        json.writeStringField(EventJson.AGENT_INSTANCE_ID, agent.agentInstanceId());
                        json.writeNumberField("total", agent.total());
                        json.writeNumberField("errors", agent.errors());
                        json.writeStringField("first_seen", Timestamps.format(agent.firstSeen()));
                        json.writeStringField("last_seen", Timestamps.format(agent.lastSeen()));
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                    json.writeStringField("next_cursor", next == null ? null : next.toString());
                    json.writeEndObject();
                })
                .linkingTo(parameters.next(paths.of(PATH), next));
    }

    private void events(RoutingContext ctx) {
        String agentId = ctx.pathParam("agent_id");
        QueryParameters parameters = QueryParameters.of(ctx);
        EventSearch search = EventSearch.ofAgent(cursors, parameters, agentId);
        if (!parameters.caller().mayTouch(agentId)) {
            throw new Problem(403, "This key may not read this agent.").asException();
        }
        String path = PATH + "/" + PercentEncoding.encode(agentId) + "/events";
        validator.send(
                ctx,
                limits,
                search,
                () -> finder.agentEvents(agentId, search.query()).map(agent -> {
                    EventPage events = EventPage.of(agent.found(), search);
                    return eventsAnswer(agentId, agent.total(), events)
                            .linkingTo(parameters.next(paths.of(path), events.next()));
                }));
    }

    private static Answer eventsAnswer(String agentId, long total, EventPage events) {
        return Answer.of(events, body -> {
            JsonGenerator json = body.json();
            json.writeStartObject();
            json.writeStringField(EventJson.AGENT_INSTANCE_ID, agentId);
            json.writeNumberField("total", total);
            events.writeFieldsTo(body);
            json.writeEndObject();
        });
    }
}
