package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.event.LegacyKey;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.store.LogIdentity;
import dev.sentinel.audit.store.migrate.LogSource;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * The log of a database, for a copy of it. No server may use the database: while this is open, none becomes leader, and
 * events that have no position yet get theirs here.
 */
public final class PostgresLogSource implements LogSource {
    /** A stopping server releases this lock last. */
    private static final Duration SERVER_WAIT = Duration.ofSeconds(1);

    private static final int MAX_EVENTS = 2_000;

    private static final String END = "SELECT p.next_seq + (SELECT count(*) FROM audit_events e"
            + " WHERE e.arrival >= p.next_arrival) FROM audit_progress p";

    private static final String AGENTS = "SELECT count(DISTINCT agent_instance_id) FROM audit_events";

    private static final String LEAVE =
            "UPDATE audit_tree SET term = term + 1, leader = 'moved', leads_until = 'infinity'";

    private final MigrationSession session;
    private final LogIdentity identity;

    private PostgresLogSource(MigrationSession session, LogIdentity identity) {
        this.session = session;
        this.identity = identity;
    }

    /**
     * Connects, locks out migrations and servers, and gives positions to events that have none yet. Throws
     * {@link Unusable}.
     */
    public static PostgresLogSource open(Vertx vertx, Database.Postgres database, Duration timeout) {
        return open(vertx, database, timeout, session -> {
            session.makeTables();
            session.await(MigrationTable.refuseUnfinished(session.connection()));
            settle(session);
            return session.await(Identity.read(session.connection()));
        });
    }

    /**
     * As {@link #open}, but changes nothing: the tables may be those of an earlier version, and the last events may
     * have no position. Only for a look at what would be copied.
     */
    public static PostgresLogSource inspect(Vertx vertx, Database.Postgres database, Duration timeout) {
        return open(vertx, database, timeout, session -> {
            session.await(MigrationTable.refuseUnfinished(session.connection()));
            return session.version() < Identity.VERSION
                    // It gets its id from the version that makes these tables, so no copy of it can have been begun.
                    ? new LogIdentity(UUID.randomUUID().toString(), LegacyKey.random(), 0)
                    : session.await(Identity.read(session.connection()));
        });
    }

    private static PostgresLogSource open(
            Vertx vertx,
            Database.Postgres database,
            Duration timeout,
            Function<MigrationSession, LogIdentity> prepare) {
        MigrationSession session = MigrationSession.open(vertx, database, timeout);
        try {
            if (!session.hasTables()) {
                throw new Unusable(database + " has no log; check --from");
            }
            session.await(session.lock("sequencer", SERVER_WAIT, "a server uses the source; stop all of them first"));
            return new PostgresLogSource(session, prepare.apply(session));
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private static void settle(MigrationSession session) {
        // No server listens on this channel.
        Sequence sequence = session.await(Sequence.of(session.connection(), "sentinel-migration", Clock.systemUTC()));
        while (session.await(sequence.step()) != Sequence.Result.IDLE) {
            // Every step makes progress; there are no transactions to wait for.
        }
    }

    @Override
    public String logId() {
        return identity.logId();
    }

    @Override
    public int number() {
        return identity.number();
    }

    @Override
    public Map<Integer, List<String>> verifierKeys() {
        return session.version() < TreeTables.VERSION
                ? Map.of()
                : session.await(Identity.standing(session.connection())).verifierKeys();
    }

    @Override
    public long end() {
        return number(END);
    }

    @Override
    public long agents() {
        return number(AGENTS);
    }

    private long number(String sql) {
        return session.await(session.connection().query(sql).execute())
                .iterator()
                .next()
                .getLong(0);
    }

    @Override
    public List<StoredEvent> read(long from, long to) {
        long limit = Math.min(MAX_EVENTS, to - from);
        RowSet<Row> rows = session.await(
                session.connection().preparedQuery(PostgresReader.READ).execute(Tuple.of(from, limit)));
        List<StoredEvent> events = new ArrayList<>(rows.size());
        for (Row row : rows) {
            StoredEvent event = EventRow.read(row, identity.legacyKey());
            if (event.seq() != from + events.size()) {
                break;
            }
            events.add(event);
        }
        if (events.isEmpty()) {
            throw new Unusable("the source has no event at position " + from
                    + "; only a log that has all its events can be moved to a file");
        }
        return events;
    }

    @Override
    public void leave() {
        session.await(session.connection().query(LEAVE).execute());
    }

    @Override
    public void close() {
        session.close();
    }
}
