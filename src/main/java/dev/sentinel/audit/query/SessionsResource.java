package dev.sentinel.audit.query;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.http.PublicPath;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.EventFinder;
import dev.sentinel.audit.store.SessionSummary;
import dev.sentinel.audit.store.Summaries;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Serves one session: a summary and its events, oldest first. */
final class SessionsResource implements ApiResource {
    private static final String PATH = "/v1/sessions";

    private final EventFinder finder;
    private final Summaries summaries;
    private final AnswerLimits limits;
    private final CursorKey cursors;
    private final PublicPath paths;
    private final Validator validator;

    SessionsResource(
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
        // For any id: clients resolve . and .. in a path (RFC 3986, section 5.2.4), even encoded ones.
        router.get(PATH).handler(this::inQuery);
        router.get(PATH + "/:session_id").handler(this::inPath);
    }

    private void inQuery(RoutingContext ctx) {
        QueryParameters parameters = QueryParameters.of(ctx);
        session(ctx, parameters, EventFilters.sessionId(parameters), PATH);
    }

    private void inPath(RoutingContext ctx) {
        QueryParameters parameters = QueryParameters.of(ctx);
        String sessionId = EventFilters.sessionIdInPath(parameters, ctx.pathParam("session_id"));
        session(ctx, parameters, sessionId, PATH + "/" + PercentEncoding.encode(sessionId));
    }

    private void session(RoutingContext ctx, QueryParameters parameters, String sessionId, String path) {
        EventSearch search = EventSearch.ofSession(cursors, parameters, sessionId);
        // The summary is read after the page, so that it never counts fewer events than the page has.
        validator.send(
                ctx,
                limits,
                search,
                () -> finder.search(search.query()).compose(page -> {
                    EventPage events = EventPage.of(page, search);
                    return summaries
                            .session(sessionId, search.query().filter().agentPrefix())
                            .map(found -> {
                                SessionSummary summary = found.orElseThrow(
                                        () -> new Problem(404, "No event names this session.").asException());
                                return answer(summary, events)
                                        .linkingTo(parameters.next(paths.of(path), events.next()));
                            });
                }));
    }

    private static Answer answer(SessionSummary summary, EventPage events) {
        return Answer.of(events, body -> {
            JsonGenerator json = body.json();
            json.writeStartObject();
            json.writeStringField(EventJson.SESSION_ID, summary.sessionId());
            json.writeObjectFieldStart("summary");
            TraceJson.agents(json, summary.agents());
            json.writeStringField("start", Timestamps.format(summary.start()));
            json.writeStringField("end", Timestamps.format(summary.end()));
            json.writeNumberField("total", summary.total());
            TraceJson.byStatus(json, summary.byStatus());
            json.writeBooleanField("complete", summary.complete());
            json.writeEndObject();
            events.writeFieldsTo(body);
            json.writeEndObject();
        });
    }
}
