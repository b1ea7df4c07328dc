package dev.sentinel.audit.query;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.keys.Principal;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.EventFilter;
import dev.sentinel.audit.store.Stats;
import dev.sentinel.audit.store.StatsCounts;
import dev.sentinel.audit.store.StatsLatency;
import dev.sentinel.audit.store.StatsQuery;
import dev.sentinel.audit.store.StatsTop;
import dev.sentinel.audit.store.Summaries;
import dev.sentinel.audit.store.Tally;
import dev.sentinel.audit.store.TallyQuery;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Serves the statistics of a time span, for charts: from the sums that the store keeps if it has those that are asked
 * for, otherwise by counting the events that the filters find, in a bounded time.
 */
final class StatsResource implements ApiResource {
    private static final String PATH = "/v1/stats";
    private static final int MAX_TOP = 100;
    private static final int DEFAULT_TOP = 10;
    private static final Duration DEFAULT_SPAN = Duration.ofHours(1);

    /** A bucket may begin before the span, but not before the first time that can be formatted. */
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");

    private final SharedQueries<StatsQuery, Stats> sums;
    private final SharedQueries<TallyQuery, Tally> counts;
    private final AnswerLimits limits;
    private final Validator validator;
    private final Clock clock;

    StatsResource(Summaries summaries, AnswerLimits limits, Validator validator, Clock clock) {
        this.sums = new SharedQueries<>(summaries::stats);
        this.counts = new SharedQueries<>(summaries::tally);
        this.validator = validator;
        this.limits = limits;
        this.clock = clock;
    }

    @Override
    public void mount(Router router) {
        router.get(PATH).handler(this::stats);
    }

    private void stats(RoutingContext ctx) {
        QueryParameters parameters = QueryParameters.of(ctx);
        Instant givenTo = parameters.time("to");
        Instant to = givenTo == null ? Timestamps.now(clock) : givenTo;
        Instant givenFrom = parameters.time("from");
        Instant from = givenFrom == null ? to.minus(DEFAULT_SPAN) : givenFrom;
        check(parameters, from, to);
        int top = parameters.number("top", MAX_TOP, DEFAULT_TOP);
        EventFilter asked = EventFilters.asked(parameters);
        parameters.finish();
        if (isKept(asked, givenFrom, givenTo)) {
            sumUp(ctx, kept(parameters.caller(), asked, from, to, top));
            return;
        }
        count(ctx, TallyQuery.within(from, to, top, EventFilters.visible(parameters, asked)), from, to);
    }

    private void sumUp(RoutingContext ctx, StatsQuery query) {
        // The span may end now, which the request does not say.
        String question = Validator.questionOf(ctx) + " " + query.fromMinute() + " " + query.endMinute();
        validator.check(
                ctx,
                question,
                (revision, etag) -> Answer.send(
                        ctx,
                        limits,
                        () -> sums.answer(query, revision)
                                .map(stats -> answer(query, stats).taggedWith(etag))));
    }

    /** A count that was cut short may get further the next time, so nobody should keep it. */
    private void count(RoutingContext ctx, TallyQuery query, Instant from, Instant to) {
        validator.check(
                ctx,
                Validator.questionOf(ctx) + " " + from + " " + to,
                (revision, etag) -> Answer.sendSlow(
                        ctx,
                        limits,
                        () -> counts.answer(query, revision).map(tally -> {
                            Answer answer = answer(query, from, to, tally);
                            return tally.reached() == null ? answer.taggedWith(etag) : answer;
                        })));
    }

    private static void check(QueryParameters parameters, Instant from, Instant to) {
        parameters.check(
                "from", !from.isBefore(EARLIEST) && from.isBefore(LATEST), "must be of the years 0001 to 9998");
        parameters.check("to", to.isAfter(EARLIEST) && !to.isAfter(LATEST), "must be of the years 0001 to 9998");
        parameters.check("from", from.isBefore(to), "must be before to, which defaults to now");
        parameters.check(
                "from",
                Duration.between(from, to).compareTo(StatsQuery.MAX_SPAN) <= 0,
                "must be at most " + StatsQuery.MAX_SPAN.toDays() + " days before to");
    }

    /** Whether the store keeps sums of what is asked for: of all events, and of each agent. */
    private static boolean isKept(EventFilter asked, @Nullable Instant from, @Nullable Instant to) {
        EventFilter rest =
                asked.with(filter -> filter.agentInstanceIds(Set.of()).agentPrefix(""));
        return asked.agentInstanceIds().size() <= 1
                && rest.equals(EventFilter.ALL.with(filter -> filter.from(from).to(to)));
    }

    private static StatsQuery kept(Principal caller, EventFilter asked, Instant from, Instant to, int top) {
        @Nullable String agent = asked.agentInstanceIds().stream().findAny().orElse(null);
        if (agent != null && !caller.mayTouch(agent)) {
            throw new Problem(403, "This key may not read this agent.").asException();
        }
        return StatsQuery.covering(from, to, caller.agentPrefix(), agent, top);
    }

    private static Answer answer(StatsQuery query, Stats stats) {
        return Answer.of(json -> {
            json.writeStartObject();
            json.writeStringField("from", time(query.fromMinute()));
            json.writeStringField("to", time(query.endMinute()));
            write(json, query, stats);
            json.writeEndObject();
        });
    }

    private static Answer answer(TallyQuery query, Instant from, Instant to, Tally tally) {
        return Answer.of(json -> {
            json.writeStartObject();
            json.writeStringField("from", Timestamps.format(from));
            json.writeStringField("to", Timestamps.format(to));
            json.writeBooleanField("complete", tally.reached() == null);
            json.writeStringField("counted_from", Timestamps.format(tally.reached() == null ? from : tally.reached()));
            json.writeBooleanField("names_complete", tally.namesComplete());
            write(json, query.span(), tally.stats());
            write(json, "top_sessions", EventJson.SESSION_ID, tally.sessions());
            write(json, "top_on_behalf_of", EventJson.ON_BEHALF_OF, tally.principals());
            json.writeEndObject();
        });
    }

    private static void write(JsonGenerator json, StatsQuery query, Stats stats) throws IOException {
        json.writeNumberField("bucket_seconds", query.bucketMinutes() * 60);
        json.writeObjectFieldStart("totals");
        json.writeNumberField("events", stats.totals().events());
        json.writeNumberField("errors", stats.totals().of(EventStatus.ERROR));
        writeKinds(json, stats.totals());
        json.writeObjectFieldStart("by_actor");
        for (ActorType actor : ActorType.values()) {
            json.writeNumberField(actor.wireName(), stats.totals().of(actor));
        }
        json.writeEndObject();
        json.writeNumberField("agents", stats.agents());
        write(json, stats.latency());
        json.writeEndObject();
        json.writeArrayFieldStart("buckets");
        for (Stats.Bucket bucket : stats.buckets()) {
            write(json, bucket);
        }
        json.writeEndArray();
        write(json, "top_agents", EventJson.AGENT_INSTANCE_ID, stats.topAgents());
        write(json, "top_agents_by_errors", EventJson.AGENT_INSTANCE_ID, stats.topAgentsByErrors());
        write(json, "top_resources", EventJson.RESOURCE, stats.topResources());
        write(json, "top_resources_by_errors", EventJson.RESOURCE, stats.topResourcesByErrors());
        json.writeNumberField("resource_events", stats.eventsByResource());
    }

    private static void write(JsonGenerator json, Stats.Bucket bucket) throws IOException {
        json.writeStartObject();
        json.writeStringField("start", time(bucket.startMinute()));
        json.writeNumberField("events", bucket.counts().events());
        writeKinds(json, bucket.counts());
        write(json, bucket.latency());
        json.writeEndObject();
    }

    private static void writeKinds(JsonGenerator json, StatsCounts counts) throws IOException {
        json.writeObjectFieldStart("by_status");
        for (EventStatus status : EventStatus.values()) {
            json.writeNumberField(status.wireName(), counts.of(status));
        }
        json.writeEndObject();
        json.writeObjectFieldStart("by_action_type");
        for (ActionType actionType : ActionType.values()) {
            json.writeNumberField(actionType.wireName(), counts.of(actionType));
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, @Nullable StatsLatency latency) throws IOException {
        json.writeFieldName("latency_ms");
        if (latency == null) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeNumberField("count", latency.count());
        write(json, "p50", latency.p50());
        write(json, "p95", latency.p95());
        write(json, "p99", latency.p99());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, @Nullable Integer ms) throws IOException {
        json.writeFieldName(name);
        if (ms == null) {
            json.writeNull();
        } else {
            json.writeNumber(ms);
        }
    }

    private static void write(JsonGenerator json, String field, String name, List<StatsTop> tops) throws IOException {
        json.writeArrayFieldStart(field);
        for (StatsTop top : tops) {
            json.writeStartObject();
            json.writeStringField(name, top.name());
            json.writeNumberField("events", top.events());
            json.writeNumberField("errors", top.errors());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static String time(long minute) {
        return Timestamps.format(StatsQuery.timeOf(minute));
    }
}
