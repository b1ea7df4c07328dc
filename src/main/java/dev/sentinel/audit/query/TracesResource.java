package dev.sentinel.audit.query;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.http.PublicPath;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.store.EventFinder;
import dev.sentinel.audit.store.FoundEvents;
import dev.sentinel.audit.store.Page;
import dev.sentinel.audit.store.Position;
import dev.sentinel.audit.store.Summaries;
import dev.sentinel.audit.store.TraceSummary;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Lists traces, and serves one trace: a summary and its events, oldest first. */
final class TracesResource implements ApiResource {
    private static final String PATH = "/v1/traces";

    private final EventFinder finder;
    private final Summaries summaries;
    private final AnswerLimits limits;
    private final CursorKey cursors;
    private final PublicPath paths;
    private final Validator validator;

    TracesResource(
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
        router.get(PATH).handler(this::inQuery);
        router.get(PATH + "/:trace_id").handler(this::inPath);
    }

    private void inQuery(RoutingContext ctx) {
        QueryParameters parameters = QueryParameters.of(ctx);
        if (ctx.queryParams().contains(EventJson.TRACE_ID)) {
            // For any id: clients resolve . and .. in a path (RFC 3986, section 5.2.4), even encoded ones.
            trace(ctx, parameters, EventFilters.traceId(parameters), PATH);
        } else {
            list(ctx, parameters);
        }
    }

    private void list(RoutingContext ctx, QueryParameters parameters) {
        TraceSearch search = TraceSearch.of(cursors, parameters);
        validator.send(
                ctx, limits, () -> summaries.traces(search.query()).map(page -> listed(parameters, search, page)));
    }

    private Answer listed(QueryParameters parameters, TraceSearch search, Page<TraceSummary, Position> page) {
        @Nullable Cursor next = page.next() == null ? null : Cursor.at(search.scope(), page.next());
        return Answer.of(json -> {
                    json.writeStartObject();
                    json.writeArrayFieldStart("traces");
                    for (TraceSummary trace : page.items()) {
                        json.writeStartObject();
                        json.writeStringField(EventJson.TRACE_ID, trace.traceId());
                        TraceJson.writeMembers(json, trace);
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                    json.writeStringField("next_cursor", next == null ? null : next.toString());
                    json.writeEndObject();
                })
                .linkingTo(parameters.next(paths.of(PATH), next));
    }

    private void inPath(RoutingContext ctx) {
        QueryParameters parameters = QueryParameters.of(ctx);
        String traceId = EventFilters.traceIdInPath(parameters, ctx.pathParam("trace_id"));
        trace(ctx, parameters, traceId, PATH + "/" + PercentEncoding.encode(traceId));
    }

    private void trace(RoutingContext ctx, QueryParameters parameters, String traceId, String path) {
        boolean nested = parameters.flag("nested");
        EventSearch search = EventSearch.ofTrace(cursors, parameters, traceId);
        // The summary is read after the page, so that it never counts fewer events than the page has.
        validator.send(
                ctx,
                limits,
                search,
                () -> finder.search(search.query())
                        .compose(found -> page(ctx, search, found, nested))
                        .compose(events -> summaries
                                .trace(traceId, search.query().filter().agentPrefix())
                                .map(found -> {
                                    TraceSummary summary = found.orElseThrow(
                                            () -> new Problem(404, "No event names this trace.").asException());
                                    return answer(summary, events)
                                            .linkingTo(parameters.next(paths.of(path), events.next()));
                                })));
    }

    /** The events are parsed to be nested, which takes too long for an event loop. */
    private static Future<EventPage> page(RoutingContext ctx, EventSearch search, FoundEvents found, boolean nested) {
        EventPage flat = EventPage.of(found, search);
        return nested
                ? ctx.vertx()
                        .executeBlocking(() -> NestedEvents.of(found), false)
                        .map(trees -> new EventPage(trees, flat.next(), flat.searchedTo()))
                : Future.succeededFuture(flat);
    }

    private static Answer answer(TraceSummary summary, EventPage events) {
        return Answer.of(events, body -> {
            JsonGenerator json = body.json();
            json.writeStartObject();
            json.writeStringField(EventJson.TRACE_ID, summary.traceId());
            json.writeObjectFieldStart("summary");
            TraceJson.writeMembers(json, summary);
            json.writeEndObject();
            events.writeFieldsTo(body);
            json.writeEndObject();
        });
    }
}
