package dev.sentinel.audit.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.bus.LocalCodec;
import dev.sentinel.audit.http.ClientAddress;
import dev.sentinel.audit.http.inflight.Budget;
import dev.sentinel.audit.http.ratelimit.RateLimiter;
import dev.sentinel.audit.ingest.sources.Sources;
import dev.sentinel.audit.keys.Principal;
import dev.sentinel.audit.keys.RateLimit;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.persist.Append;
import dev.sentinel.audit.persist.Appended;
import dev.sentinel.audit.persist.Inbox;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.store.Events;
import dev.sentinel.audit.store.Outcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Events of feeds, which no client waits for. */
@ExtendWith(VertxExtension.class)
final class IntakeTest {
    private static final Principal TOPIC =
            new Principal("kafka:agents", Set.of(Scope.INGEST), "", new RateLimit(1_000, Duration.ofSeconds(1)));

    private final Events events = new Events(1);
    private final RateLimiter limiter = new RateLimiter(null, 0, new ClientAddress(List.of()), null);
    private Vertx vertx;

    @BeforeEach
    void start(Vertx fresh) {
        vertx = fresh;
        LocalCodec.register(vertx);
        Append.ADDRESS.serve(
                vertx.eventBus(),
                append -> Future.succeededFuture(new Appended(append.events().stream()
                        .<Outcome>map(event -> new Outcome.Conflict(event.agentInstanceId()))
                        .collect(Collectors.toList()))));
    }

    /** Several servers read a topic, and share its limit. */
    @Test
    void append_moreThanTheLimitWhileOthersTakeFromIt_getsItsTurn() throws Exception {
        AtomicBoolean ends = new AtomicBoolean();
        Future<Void> others = appendUntil(ends);

        List<Outcome> outcomes = intake().append(TOPIC, events.next(3_000), 10).await(20, TimeUnit.SECONDS);

        assertThat(outcomes).hasSize(3_000);
        assertThat(others.isComplete()).isFalse();
        ends.set(true);
        others.await(20, TimeUnit.SECONDS);
    }

    private Future<Void> appendUntil(AtomicBoolean ends) {
        return intake().append(TOPIC, events.next(500), 1)
                .compose(done -> ends.get() ? Future.succeededFuture() : appendUntil(ends));
    }

    private Intake intake() {
        return new Intake(
                vertx,
                new Inbox(vertx.eventBus(), 100_000),
                new Budget(vertx, "events", 100_000, Duration.ofSeconds(20)),
                limiter,
                new IngestMetrics(new SimpleMeterRegistry()),
                new Sources(Clock.systemUTC(), RedactionRules.full()),
                1_000,
                () -> true);
    }
}
