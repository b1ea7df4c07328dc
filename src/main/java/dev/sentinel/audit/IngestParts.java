package dev.sentinel.audit;

import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.event.EventReader;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.BodyReader;
import dev.sentinel.audit.http.PublicPath;
import dev.sentinel.audit.http.ratelimit.RateLimiter;
import dev.sentinel.audit.ingest.BodyFormats;
import dev.sentinel.audit.ingest.EventsResource;
import dev.sentinel.audit.ingest.FeedIntake;
import dev.sentinel.audit.ingest.IngestMetrics;
import dev.sentinel.audit.ingest.Intake;
import dev.sentinel.audit.ingest.RedactionResource;
import dev.sentinel.audit.ingest.cloudevents.CloudEventReader;
import dev.sentinel.audit.ingest.feed.FeedSink;
import dev.sentinel.audit.ingest.otlp.Otlp;
import dev.sentinel.audit.ingest.otlp.OtlpResource;
import dev.sentinel.audit.ingest.otlp.mapping.Mapping;
import dev.sentinel.audit.ingest.sources.Sources;
import dev.sentinel.audit.ingest.sources.SourcesResource;
import dev.sentinel.audit.keys.Principal;
import dev.sentinel.audit.persist.Inbox;
import dev.sentinel.audit.store.StoreHealth;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The ways in.
 *
 * @param reader of events
 * @param metrics counts them
 * @param intake what all ways in share
 * @param formats of bodies
 * @param otlp one of the resources
 * @param resources in the order in which they must be mounted: after the authentication
 */
record IngestParts(
        EventReader reader,
        IngestMetrics metrics,
        Intake intake,
        BodyFormats formats,
        OtlpResource otlp,
        List<ApiResource> resources) {

    /** @param keyNames the name of a key by its id; null for an id that is not a key's */
    static IngestParts of(
            Vertx vertx,
            SentinelConfig config,
            Mapping mapping,
            Inbox inbox,
            SharedBudgets budgets,
            RateLimiter limiter,
            StoreHealth health,
            PublicPath paths,
            Function<String, @Nullable String> keyNames,
            MeterRegistry registry,
            Clock clock) {
        IngestMetrics metrics = new IngestMetrics(registry);
        int maxBatch = config.ingest().maxBatchEvents();
        EventReader reader = new EventReader(maxBatch, config.redaction().rules(), metrics::countSecret);
        Sources sources = new Sources(clock, config.redaction().rules());
        long minFreeBytes = config.store().minFreeBytes();
        Intake intake = new Intake(
                vertx,
                inbox,
                budgets.events(),
                limiter,
                metrics,
                sources,
                maxBatch,
                () -> health.status().freeBytes() >= minFreeBytes);
        BodyReader bodies = new BodyReader(
                vertx,
                config.ingest().maxBodyBytes(),
                config.ingest().bodyTimeout(),
                config.ingest().minBodyRate(),
                budgets.bytes());
        BodyFormats formats = new BodyFormats(
                reader, new CloudEventReader(maxBatch, config.redaction().rules(), metrics::countSecret), keyNames);
        OtlpResource otlp = Otlp.resource(vertx, config, mapping, intake, budgets.bytes(), metrics, paths, registry);
        return new IngestParts(
                reader,
                metrics,
                intake,
                formats,
                otlp,
                List.of(
                        // Before those that write problems in a form of their own.
                        new SourcesResource(sources, Otlp.hints(paths)),
                        new EventsResource(vertx, intake, bodies, formats, budgets.bytes(), metrics),
                        otlp,
                        new RedactionResource(config.redaction())));
    }

    /** What the messages of a feed go through. */
    FeedSink sink(Vertx vertx, Principal sender, int maxBytes) {
        return new FeedIntake(vertx, intake, formats, sender, "Kafka", maxBytes);
    }

    /** Releases the threads of large requests, when none runs any more. */
    Future<Void> close() {
        return otlp.close();
    }
}
