package dev.sentinel.audit.ingest.otlp;

import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.Beginning;
import dev.sentinel.audit.http.BodyReader;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.http.ProblemFormat;
import dev.sentinel.audit.ingest.Appender;
import dev.sentinel.audit.ingest.Client;
import dev.sentinel.audit.ingest.Intake;
import dev.sentinel.audit.ingest.otlp.wire.Signal;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/traces} and {@code /v1/logs}: stores what agents did, as OpenTelemetry tells it. {@code /v1/metrics}
 * takes everything and keeps nothing, because an exporter that is refused logs an error for each interval.
 */
public final class OtlpResource implements ApiResource, ProblemFormat {
    private static final String NO_METRICS =
            "This server keeps no metrics. OTEL_METRICS_EXPORTER=none stops the export.";

    private final Intake intake;
    private final BodyReader bodies;
    private final Receiver receiver;
    private final OtlpErrors errors;

    OtlpResource(Intake intake, BodyReader bodies, Receiver receiver, OtlpErrors errors) {
        this.intake = intake;
        this.bodies = bodies;
        this.receiver = receiver;
        this.errors = errors;
    }

    @Override
    public void mount(Router router) {
        Appender appender = intake.appender();
        router.post("/v1/traces").handler(ctx -> receive(ctx, Signal.TRACES, appender));
        router.post("/v1/logs").handler(ctx -> receive(ctx, Signal.LOGS, appender));
        router.post("/v1/metrics").handler(this::discard);
    }

    @Override
    public @Nullable Written write(RoutingContext ctx, Problem problem) {
        return errors.write(ctx, problem);
    }

    private void receive(RoutingContext ctx, Signal signal, Appender appender) {
        Encoding encoding = encoding(ctx);
        Client client = intake.admit(ctx);
        // Takes nothing yet: a client that announces a body and does not send it must hold nothing.
        bodies.readBeginning(ctx, bytes -> intake.await(ctx, 1), receiver.collectedBytes(), Receiver.BEGINNING_BYTES)
                .onFailure(intake::countRefusedBody)
                .onFailure(ctx::fail)
                .onSuccess(body ->
                        receive(body, ctx, () -> new Reception(receiver, ctx, signal, encoding, client, appender)));
    }

    /** Releases the threads of large requests. Any thread; the resource must not be used any more. */
    public Future<Void> close() {
        return receiver.workers().close();
    }

    /** A defect must not keep the memory of the body for ever. */
    private static void receive(Beginning body, RoutingContext ctx, Supplier<Reception> begin) {
        try {
            begin.get().receive(body);
        } catch (RuntimeException e) {
            body.memory().release();
            ctx.fail(e);
        }
    }

    private static Encoding encoding(RoutingContext ctx) {
        Encoding encoding = Encoding.of(ctx.request().getHeader(HttpHeaders.CONTENT_TYPE));
        if (encoding == null) {
            throw new Problem(415, "Content-Type must be application/x-protobuf or application/json.").asException();
        }
        return encoding;
    }

    private void discard(RoutingContext ctx) {
        Encoding encoding = encoding(ctx);
        bodies.discard(ctx.request())
                .onSuccess(end -> Reception.send(ctx, encoding, encoding.success(Signal.METRICS, 0, NO_METRICS)))
                .onFailure(ctx::fail);
    }
}
