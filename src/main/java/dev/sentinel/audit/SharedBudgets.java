package dev.sentinel.audit;

import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.http.inflight.Budget;
import dev.sentinel.audit.ops.health.SharedBound;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;

/**
 * What all clients share.
 *
 * @param events that are accepted and not yet answered
 * @param bytes of bodies that are held in memory
 * @param answers bytes of answers that are being built or sent
 * @param textSearches searches that read the texts of events
 */
record SharedBudgets(Budget events, Budget bytes, Budget answers, Budget textSearches) {
    /** A quarter of the heap. */
    private static final long ANSWER_BYTES = 64 << 20;

    /** Text searches end after a fraction of a second, so some may wait for those before. */
    private static final Duration TEXT_SEARCH_WAIT = Duration.ofSeconds(3);

    static SharedBudgets of(Vertx vertx, SentinelConfig config, MeterRegistry registry) {
        Duration timeout = config.ingest().admissionWait();
        SharedBudgets budgets = new SharedBudgets(
                Budget.withReserve(vertx, "events", config.ingest().maxInFlightEvents(), timeout),
                Budget.withReserve(vertx, "bytes", config.ingest().maxInFlightBytes(), timeout),
                new Budget(vertx, "bytes of answers", ANSWER_BYTES, timeout),
                new Budget(vertx, "text searches", Math.max(1, config.store().readers() / 4), TEXT_SEARCH_WAIT));
        budgets.textSearches.registerRefusals(registry, "text_searches");
        budgets.events.registerRefusals(registry, "events");
        budgets.bytes.registerRefusals(registry, "bytes");
        budgets.answers.registerRefusals(registry, "answers");
        return budgets;
    }

    /** Those that the health of the server tells of. */
    List<SharedBound> bounds() {
        return List.of(
                new SharedBound("events", events::refusedWithinShare),
                new SharedBound("bytes", bytes::refusedWithinShare),
                new SharedBound("answers", answers::refusedWithinShare));
    }
}
