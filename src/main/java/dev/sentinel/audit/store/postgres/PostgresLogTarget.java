package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.store.LogIdentity;
import dev.sentinel.audit.store.migrate.LogTarget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies a log with its positions: the arrival of an event is its position in the source. Such arrivals have no gaps,
 * so the sequence assigns every event its old position. While it is open, no server can become leader.
 */
public final class PostgresLogTarget implements LogTarget {
    private static final String LAST = "SELECT arrival, event_id FROM audit_events ORDER BY arrival DESC LIMIT 1";

    /**
     * Inserts all events or none. An event that already exists is an error, because it shows that another writer is
     * active. Metadata is inserted as text, like its column: a cast to json could only refuse what the source has
     * captured, and the copy is verified byte by byte.
     */
    private static final String INSERT = """
            INSERT INTO audit_events (arrival, event_id, timestamp, agent_instance_id, trace_id, actor, action_type,
              resource, status, latency_ms, metadata, received_at, submitted_by, redacted, resource_seal,
              metadata_seal, span_id, parent_span_id, session_id, on_behalf_of, links_seal)
            SELECT $21 + s.place - 1, s.event_id, s.timestamp, s.agent_instance_id, s.trace_id, s.actor, s.action_type,
              s.resource, s.status, s.latency_ms, s.metadata, s.received_at, s.submitted_by, s.redacted::json,
              s.resource_seal, s.metadata_seal, s.span_id, s.parent_span_id, s.session_id, s.on_behalf_of, s.links_seal
            FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
              $8::text[], $9::int[], $10::text[], $11::timestamptz[], $12::text[], $13::text[], $14::bytea[],
              $15::bytea[], $16::text[], $17::text[], $18::text[], $19::text[], $20::bytea[]) WITH ORDINALITY
              AS s(event_id, timestamp, agent_instance_id, trace_id, actor, action_type, resource, status, latency_ms,
                metadata, received_at, submitted_by, redacted, resource_seal, metadata_seal, span_id, parent_span_id,
                session_id, on_behalf_of, links_seal, place)
            ORDER BY s.place""";

    private static final String READ = "SELECT " + EventRow.COLUMNS
            + " FROM audit_events e CROSS JOIN audit_progress p WHERE e.arrival >= $1 AND e.arrival < $2"
            + " ORDER BY e.arrival";

    private static final String CONTINUE_BEHIND = "SELECT setval(pg_get_serial_sequence('audit_events', 'arrival'),"
            + " (SELECT coalesce(max(arrival) + 1, 0) FROM audit_events), false)";

    private static final String AGENTS = "SELECT agent_instance_id, total FROM audit_agents"
            + " WHERE agent_instance_id > $1 ORDER BY agent_instance_id LIMIT 1000";

    /** The log may have gone from here to where it comes from now. */
    private static final String COME_BACK =
            "UPDATE audit_tree SET leader = NULL, leads_until = NULL WHERE leads_until = 'infinity'";

    /** A stopping server releases this lock last. An earlier migration released it together with its first lock. */
    private static final Duration SERVER_WAIT = Duration.ofSeconds(1);

    private final MigrationSession session;
    private final SqlConnection connection;
    private @Nullable Sequence sequence;
    private @Nullable LogIdentity identity;

    private PostgresLogTarget(MigrationSession session) {
        this.session = session;
        this.connection = session.connection();
    }

    /**
     * Connects and locks out other migrations and servers. Writes nothing. Throws
     * {@link dev.sentinel.audit.failure.Unusable}.
     */
    public static PostgresLogTarget open(Vertx vertx, Database.Postgres database, Duration timeout) {
        MigrationSession session = MigrationSession.open(vertx, database, timeout);
        try {
            session.await(session.lock("sequencer", SERVER_WAIT, "a server uses the target; stop it first"));
            return new PostgresLogTarget(session);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    @Override
    public Held held(String logId) {
        if (!session.hasTables()) {
            return new Held(false, false, 0, null);
        }
        return session.await(MigrationTable.state(connection, logId)
                .compose(state -> connection.query(LAST).execute().map(rows -> {
                    boolean begun = state != MigrationTable.State.NONE;
                    boolean complete = state == MigrationTable.State.COMPLETE;
                    if (rows.size() == 0) {
                        return new Held(begun, complete, 0, null);
                    }
                    Row row = rows.iterator().next();
                    return new Held(begun, complete, row.getLong(0) + 1, row.getUUID(1));
                })));
    }

    @Override
    public void begin(String logId) {
        session.makeTables();
        identity = session.await(Identity.adopt(connection, logId));
        session.await(MigrationTable.begin(connection, logId));
        // No server listens on this channel.
        sequence = session.await(Sequence.of(connection, "sentinel-migration", Clock.systemUTC()));
    }

    @Override
    public Future<Void> append(List<StoredEvent> events) {
        Tuple arrays = EventArrays.ofEach(events);
        arrays.addLong(events.get(0).seq());
        return session.inWords(connection
                .preparedQuery(INSERT)
                .execute(arrays)
                // Immediately, while the events are in the database's memory.
                .compose(inserted -> begun().step())
                .mapEmpty());
    }

    @Override
    public void deriveQueryData() {
        while (session.await(begun().step()) != Sequence.Result.IDLE) {
            // Every step makes progress; there are no transactions to wait for.
        }
        session.await(connection.query(CONTINUE_BEHIND).execute());
        session.await(connection.query("ANALYZE audit_events").execute());
    }

    private Sequence begun() {
        return Objects.requireNonNull(sequence, "begin() must be called first");
    }

    private LogIdentity identity() {
        return Objects.requireNonNull(identity, "begin() must be called first");
    }

    @Override
    public Future<List<StoredEvent>> read(long from, long to) {
        return session.inWords(connection
                .preparedQuery(READ)
                .execute(Tuple.of(from, to))
                .map(rows -> {
                    List<StoredEvent> events = new ArrayList<>(rows.size());
                    rows.forEach(row -> events.add(EventRow.read(row, identity().legacyKey())));
                    return events;
                }));
    }

    @Override
    public void agents(ObjLongConsumer<String> each) {
        String after = "";
        while (true) {
            int found = 0;
            for (Row row : session.await(connection.preparedQuery(AGENTS).execute(Tuple.of(after)))) {
                after = row.getString(0);
                each.accept(after, row.getLong(1));
                found++;
            }
            if (found == 0) {
                return;
            }
        }
    }

    @Override
    public void finish(String logId, long events, String digest, int number) {
        session.await(connection.query(COME_BACK).execute());
        session.await(Identity.adoptNumber(connection, number));
        session.await(MigrationTable.finish(connection, logId, events, digest));
    }

    @Override
    public void close() {
        session.close();
    }
}
