package dev.sentinel.audit.ingest.otlp;

import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.http.BodyReader;
import dev.sentinel.audit.http.PublicPath;
import dev.sentinel.audit.http.inflight.Budget;
import dev.sentinel.audit.ingest.IngestMetrics;
import dev.sentinel.audit.ingest.Intake;
import dev.sentinel.audit.ingest.otlp.mapping.Content;
import dev.sentinel.audit.ingest.otlp.mapping.Mapping;
import dev.sentinel.audit.ingest.otlp.mapping.OtlpMapper;
import dev.sentinel.audit.ingest.otlp.mapping.Spans;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the parts that receive OpenTelemetry. */
public final class Otlp {
    /** Large requests that are decoded at a time; each holds megabytes. */
    private static final int PLACES = 2;

    private static final int COLLECTED_BYTES = 8 << 20;

    /** An exporter gives all its tries together 10 s, and drops the batch then. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

    private static final long WORKER_WARNING_MINUTES = 10;

    private Otlp() {}

    /** Finds what to tell a client that sends to a path that is almost one of OTLP; null if it does not. */
    public static Function<RoutingContext, @Nullable String> hints(PublicPath paths) {
        return new OtlpErrors(paths)::hint;
    }

    /**
     * The resource.
     *
     * @param bytes memory for the bodies of all requests together
     */
    public static OtlpResource resource(
            Vertx vertx,
            SentinelConfig config,
            Mapping mapping,
            Intake intake,
            Budget bytes,
            IngestMetrics metrics,
            PublicPath paths,
            MeterRegistry registry) {
        int maxBodyBytes = config.otlp().maxBodyBytes();
        // One of the four shares of the budget.
        int collected = (int) Math.min(COLLECTED_BYTES, config.ingest().maxInFlightBytes() / 4);
        Budget places =
                new Budget(vertx, "large OTLP requests", PLACES, config.ingest().admissionWait());
        places.registerRefusals(registry, "large_otlp_requests");
        Receiver receiver = new Receiver(
                vertx,
                intake,
                new OtlpMapper(
                        mapping,
                        Content.valueOf(config.otlp().content().name()),
                        Spans.valueOf(config.otlp().spans().name()),
                        config.redaction().rules(),
                        metrics::countSecret),
                new OtlpMetrics(registry, mapping.reasons()),
                places,
                // Waiting for a client or for the store is no defect.
                vertx.createSharedWorkerExecutor("sentinel-otlp", PLACES, WORKER_WARNING_MINUTES, TimeUnit.MINUTES),
                collected,
                maxBodyBytes,
                ANSWER_TIMEOUT);
        BodyReader bodies = new BodyReader(
                vertx,
                maxBodyBytes,
                config.ingest().bodyTimeout(),
                config.ingest().minBodyRate(),
                bytes);
        return new OtlpResource(intake, bodies, receiver, new OtlpErrors(paths));
    }
}
