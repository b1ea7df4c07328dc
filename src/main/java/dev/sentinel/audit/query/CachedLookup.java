package dev.sentinel.audit.query;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.redis.RedisVerticle;
import dev.sentinel.audit.store.EventFinder;
import dev.sentinel.audit.store.SignedLog;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps events in Redis that were asked for, so that asking again costs the database nothing. Only what never changes
 * is kept: an event with a position. That there is no such event is never kept, so an event is found as soon as it is
 * stored. A log that is restored goes on under another number, which is part of the key; the servers do not run
 * meanwhile. Any thread.
 */
public final class CachedLookup implements EventLookup {
    private static final Logger LOG = LoggerFactory.getLogger(CachedLookup.class);

    private static final Duration KEPT = Duration.ofHours(1);
    private static final String METRIC = "sentinel_event_cache_total";

    private final EventFinder finder;
    private final RedisVerticle redis;
    private final String logId;
    private final Future<Integer> number;
    private final Counter hits;
    private final Counter misses;

    /** @param log of the events */
    public CachedLookup(EventFinder finder, RedisVerticle redis, SignedLog log, MeterRegistry registry) {
        this.finder = finder;
        this.redis = redis;
        this.logId = log.logId();
        this.number = log.standing()
                .map(SignedLog.Standing::number)
                .onFailure(cause -> LOG.warn("events not kept in Redis reason=\"{}\"", cause.getMessage()));
        this.hits = counter(registry, "hit");
        this.misses = counter(registry, "miss");
    }

    private static Counter counter(MeterRegistry registry, String outcome) {
        return Counter.builder(METRIC)
                .description("Events that clients asked for by id, by whether Redis had them")
                .tag("outcome", outcome)
                .register(registry);
    }

    @Override
    public Future<Optional<FoundEvent>> find(UUID eventId) {
        if (!redis.isUp() || !number.succeeded()) {
            return EventLookup.of(finder).find(eventId);
        }
        String key = "sentinel:" + logId + ":" + number.result() + ":event:" + eventId;
        return redis.send(Request.cmd(Command.GET).arg(key))
                .map(CachedLookup::cached)
                .otherwise(Optional.empty())
                .compose(cached -> {
                    if (cached.isPresent()) {
                        hits.increment();
                        return Future.succeededFuture(cached);
                    }
                    misses.increment();
                    return finder.find(eventId).map(found -> found.map(event -> keep(key, event)));
                });
    }

    private FoundEvent keep(String key, StoredEvent event) {
        if (event.seq() == StoredEvent.UNSEQUENCED) {
            return new FoundEvent.Stored(event);
        }
        String text = text(event);
        // Nobody waits for it, and nothing depends on it.
        redis.send(Request.cmd(Command.SET).arg(key).arg(text).arg("EX").arg(KEPT.toSeconds()));
        return new FoundEvent.Cached(event.event().agentInstanceId(), text);
    }

    private static String text(StoredEvent event) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = EventWriter.factory().createGenerator(text)) {
            EventWriter.writeSealed(json, event);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot happen: the output is memory", e);
        }
        return text.toString();
    }

    /** Empty if Redis does not have it, or something else. */
    private static Optional<FoundEvent> cached(@Nullable Response answer) {
        if (answer == null) {
            return Optional.empty();
        }
        String text = answer.toString();
        try (JsonParser json = EventWriter.factory().createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean isAgent = json.currentName().equals(EventJson.AGENT_INSTANCE_ID);
                json.nextToken();
                if (isAgent) {
                    return Optional.of(new FoundEvent.Cached(json.getText(), text));
                }
                json.skipChildren();
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
