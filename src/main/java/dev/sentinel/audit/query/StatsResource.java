package dev.sentinel.audit.query;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.Stats;
import dev.sentinel.audit.store.StatsCounts;
import dev.sentinel.audit.store.StatsLatency;
import dev.sentinel.audit.store.StatsQuery;
import dev.sentinel.audit.store.StatsTop;
import dev.sentinel.audit.store.Summaries;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Serves the statistics of a time span, for charts. */
final class StatsResource implements ApiResource {
    private static final String PATH = "/v1/stats";
    private static final int MAX_TOP = 100;
    private static final int DEFAULT_TOP = 10;
    private static final Duration DEFAULT_SPAN = Duration.ofHours(1);

    /** A bucket may begin before the span, but not before the first time that can be formatted. */
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");

    private final SharedQueries<StatsQuery, Stats> shared;
    private final AnswerLimits limits;
    private final Validator validator;
    private final Clock clock;

    StatsResource(Summaries summaries, AnswerLimits limits, Validator validator, Clock clock) {
        this.shared = new SharedQueries<>(summaries::stats);
        this.validator = validator;
        this.limits = limits;
        this.clock = clock;
    }

    @Override
    public void mount(Router router) {
        router.get(PATH).handler(this::stats);
    }

    private void stats(RoutingContext ctx) {
        StatsQuery query = query(QueryParameters.of(ctx));
        // The span may end now, which the request does not say.
        String question = Validator.questionOf(ctx) + " " + query.fromMinute() + " " + query.endMinute();
        validator.check(
                ctx,
                question,
                (revision, etag) -> Answer.send(
                        ctx,
                        limits,
                        () -> shared.answer(query, revision)
                                .map(stats -> answer(query, stats).taggedWith(etag))));
    }

    private StatsQuery query(QueryParameters parameters) {
        Instant givenTo = parameters.time("to");
        Instant to = givenTo == null ? Timestamps.now(clock) : givenTo;
        Instant givenFrom = parameters.time("from");
        Instant from = givenFrom == null ? to.minus(DEFAULT_SPAN) : givenFrom;
        parameters.check(
                "from", !from.isBefore(EARLIEST) && from.isBefore(LATEST), "must be of the years 0001 to 9998");
        parameters.check("to", to.isAfter(EARLIEST) && !to.isAfter(LATEST), "must be of the years 0001 to 9998");
        parameters.check("from", from.isBefore(to), "must be before to, which defaults to now");
        parameters.check(
                "from",
                Duration.between(from, to).compareTo(StatsQuery.MAX_SPAN) <= 0,
                "must be at most " + StatsQuery.MAX_SPAN.toDays() + " days before to");
        @Nullable String agent = EventFilters.agentOfStatistics(parameters);
        int top = parameters.number("top", MAX_TOP, DEFAULT_TOP);
        parameters.finish();
        if (agent != null && !parameters.caller().mayTouch(agent)) {
            throw new Problem(403, "This key may not read this agent.").asException();
        }
        return StatsQuery.covering(from, to, parameters.caller().agentPrefix(), agent, top);
    }

    private static Answer answer(StatsQuery query, Stats stats) {
        return Answer.of(json -> {
            json.writeStartObject();
            json.writeStringField("from", time(query.fromMinute()));
            json.writeStringField("to", time(query.endMinute()));
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
            json.writeEndObject();
        });
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
