package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.Seals;
import dev.sentinel.audit.event.StoredEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The limit of the store: the same table with its indexes, written with plain unnest inserts from memory, over the same
 * number of connections. No HTTP, no check for duplicates, no order, no answers.
 */
public final class RawInserts {
    private static final int BATCH = 1_000;

    private static final String INSERT = """
            INSERT INTO audit_events (event_id, timestamp, agent_instance_id, trace_id, actor, action_type, resource,
              status, latency_ms, metadata, received_at, submitted_by, redacted, resource_seal, metadata_seal,
              span_id, parent_span_id, session_id, on_behalf_of, links_seal)
            SELECT s.event_id, s.timestamp, s.agent_instance_id, s.trace_id, s.actor, s.action_type, s.resource,
              s.status, s.latency_ms, s.metadata, $11, s.submitted_by, s.redacted::json,
              s.resource_seal, s.metadata_seal, s.span_id, s.parent_span_id, s.session_id, s.on_behalf_of, s.links_seal
            FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
              $8::text[], $9::int[], $10::text[], $12::text[], $13::text[], $14::bytea[], $15::bytea[],
              $16::text[], $17::text[], $18::text[], $19::text[], $20::bytea[])
              AS s(event_id, timestamp, agent_instance_id, trace_id, actor, action_type, resource, status, latency_ms,
                metadata, submitted_by, redacted, resource_seal, metadata_seal, span_id, parent_span_id, session_id,
                on_behalf_of, links_seal)""";

    private RawInserts() {}

    /**
     * Writes events for some time.
     *
     * @param url a schema that no server uses
     * @return durable events per second
     */
    public static double eventsPerSecond(Vertx vertx, String url, Duration time, Supplier<AuditEvent> events) {
        var config = SentinelConfig.fromEnvironment(Map.of("DATABASE_URL", url)).store();
        Sessions sessions = new Sessions(vertx, (Database.Postgres) config.database(), config.timeout());
        Schema.migrate(sessions).await();
        Pool pool = sessions.writing(config.writers(), config.writers());
        AtomicLong written = new AtomicLong();
        long start = System.nanoTime();
        long end = start + time.toNanos();
        try {
            Future.join(Stream.generate(() -> write(pool, events, written, end))
                            .limit(config.writers())
                            .toList())
                    .await();
        } finally {
            pool.close().await();
        }
        return written.get() / ((System.nanoTime() - start) / 1e9);
    }

    private static Future<?> write(Pool pool, Supplier<AuditEvent> events, AtomicLong written, long end) {
        if (System.nanoTime() >= end) {
            return Future.succeededFuture();
        }
        return pool.preparedQuery(INSERT).execute(batch(events)).compose(done -> {
            written.addAndGet(BATCH);
            return write(pool, events, written, end);
        });
    }

    private static Tuple batch(Supplier<AuditEvent> events) {
        Instant now = Instant.now();
        List<StoredEvent> batch = new ArrayList<>(BATCH);
        synchronized (events) {
            for (int i = 0; i < BATCH; i++) {
                batch.add(new StoredEvent(StoredEvent.UNSEQUENCED, now, events.get(), Seals.ANY));
            }
        }
        return EventArrays.of(batch, now);
    }
}
