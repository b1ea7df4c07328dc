package dev.sentinel.audit.export;

import dev.sentinel.audit.access.AdminEvent;
import dev.sentinel.audit.access.RecordAct;
import dev.sentinel.audit.event.ActorType;
import dev.sentinel.audit.event.EventStatus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Captures that somebody exports: one event when it begins, one when it has ended, in one trace. */
final class ExportActs {
    private static final Logger LOG = LoggerFactory.getLogger(ExportActs.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final UUID trace = UUID.randomUUID();
    private final Map<String, String> details;

    /** @param details who, what and from where */
    ExportActs(Vertx vertx, Map<String, String> details) {
        this.vertx = vertx;
        this.details = Map.copyOf(details);
    }

    /** Completes when that is durable. */
    Future<Void> begins() {
        return record("export.begin", EventStatus.PENDING, details);
    }

    /** Tells how it was. If that cannot be written, the log has it. */
    void ended(long events, boolean complete) {
        Map<String, String> result = new TreeMap<>(details);
        result.put("events", Long.toString(events));
        record("export.end", complete ? EventStatus.SUCCESS : EventStatus.ERROR, result)
                .onFailure(cause -> LOG.warn(
                        "the end of an export is not captured trace_id={} events={} complete={}",
                        trace,
                        events,
                        complete));
    }

    private Future<Void> record(String what, EventStatus status, Map<String, String> metadata) {
        return RecordAct.ADDRESS.request(
                vertx.eventBus(),
                new RecordAct(AdminEvent.ofTrace(trace, ActorType.HUMAN, what, status, Instant.now(), metadata)),
                TIMEOUT);
    }
}
