package dev.sentinel.audit.query;

import dev.sentinel.audit.event.Uuids;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.http.PublicPath;
import dev.sentinel.audit.store.EventFinder;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.UUID;

/** Searches all events, and finds one event by its id. */
final class EventsQueryResource implements ApiResource {
    private static final String PATH = "/v1/events";

    private final EventFinder finder;
    private final EventLookup lookup;
    private final AnswerLimits limits;
    private final CursorKey cursors;
    private final PublicPath paths;
    private final Validator validator;
    private final LogPolls polls;

    EventsQueryResource(
            EventFinder finder,
            EventLookup lookup,
            AnswerLimits limits,
            CursorKey cursors,
            PublicPath paths,
            Validator validator,
            LogPolls polls) {
        this.finder = finder;
        this.lookup = lookup;
        this.limits = limits;
        this.cursors = cursors;
        this.paths = paths;
        this.validator = validator;
        this.polls = polls;
    }

    @Override
    public void mount(Router router) {
        router.get(PATH).handler(this::list);
        // Last, so that routes such as /v1/events/stream take precedence over an id, in any mount order.
        router.get(PATH + "/:event_id").last().handler(this::find);
    }

    private void list(RoutingContext ctx) {
        // By position there are other parameters.
        if (ListOrder.of(QueryParameters.of(ctx)) == ListOrder.SEQ) {
            polls.answer(ctx);
        } else {
            search(ctx);
        }
    }

    private void search(RoutingContext ctx) {
        QueryParameters parameters = QueryParameters.of(ctx);
        EventSearch search = EventSearch.everywhere(cursors, parameters);
        validator.send(
                ctx,
                limits,
                search,
                () -> finder.search(search.query()).map(page -> {
                    EventPage events = EventPage.of(page, search);
                    return Answer.of(events, events::writeTo).linkingTo(parameters.next(paths.of(PATH), events.next()));
                }));
    }

    private void find(RoutingContext ctx) {
        QueryParameters parameters = QueryParameters.of(ctx);
        parameters.finish();
        UUID eventId = Uuids.parse(ctx.pathParam("event_id"));
        if (eventId == null) {
            throw new Problem(422, "The event_id must be a UUID, such as 7d444840-9dc0-11d1-b245-5ffdce74fad2.")
                    .asException();
        }
        Answer.send(
                ctx,
                limits,
                () -> lookup.find(eventId).map(found -> {
                    // A client must not learn whether an event exists that it may not read.
                    FoundEvent event = found.filter(any -> parameters.caller().mayTouch(any.agentInstanceId()))
                            .orElseThrow(() -> new Problem(404, "No event has this id.").asException());
                    return validator.byContent(Answer.of(event::writeTo));
                }));
    }
}
