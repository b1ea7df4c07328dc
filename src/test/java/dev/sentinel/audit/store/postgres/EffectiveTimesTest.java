package dev.sentinel.audit.store.postgres;

import static dev.sentinel.audit.store.postgres.OpenStore.WITHIN;
import static dev.sentinel.audit.store.postgres.OpenStore.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.Events;
import dev.sentinel.audit.store.Found;
import dev.sentinel.audit.store.Outcome;
import dev.sentinel.audit.store.StatsQuery;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The migration of version 3 tables, in which events were ordered by their timestamps as sent. */
final class EffectiveTimesTest {
    /** As a version 3 server inserts. */
    private static final String INSERT = """
            INSERT INTO audit_events (event_id, timestamp, agent_instance_id, trace_id, actor, action_type, resource,
              status, latency_ms, metadata, received_at)
            SELECT gen_random_uuid(), %s, 'agent-' || n %% 7, 'trace', 'agent', 'tool_call', 'resource-' || n,
              CASE WHEN n %% 5 = 0 THEN 'error' ELSE 'success' END, nullif(n %% 300, 0), '{}', %s
            FROM generate_series(1, %d) n""";

    private static final String NEWEST_FIRST =
            "SELECT string_agg(agent_instance_id, ' ' ORDER BY timestamp DESC, arrival DESC) FROM audit_events";

    private final PostgresServer server = PostgresServer.shared();
    private final String url = server.newSchema();
    private final Vertx vertx = Vertx.vertx();
    private final StoreConfig config =
            SentinelConfig.fromEnvironment(Map.of("DATABASE_URL", url)).store();
    private Pool pool;

    @BeforeEach
    void createVersion3() {
        pool = new Sessions(vertx, (Database.Postgres) config.database(), config.timeout()).untimed("test");
        await(pool.withTransaction(connection -> Schema.upgrade(connection, 0, 3)));
    }

    @AfterEach
    void close() {
        await(pool.close());
        PostgresVertx.close(vertx);
    }

    @Test
    void open_eventsFromTheFuture_getTheirEffectiveTimeAndAreCountedThere() throws Exception {
        // Weeks ago, so that wider spans are summed up; more resources in a minute than are counted.
        insert("now() - n * interval '29 minutes'", "now() - n * interval '29 minutes'", 3_000);
        insert("now() - interval '29 minutes'", "now()", 3_100);
        for (int level = 0; level < 4; level++) {
            fold();
            insert("now() - interval '29 minutes'", "now()", 1);
        }
        insert("'9999-12-31T23:59:59.999999Z'", "now() - n * interval '1 hour'", 700);
        insert("'9999-12-31T23:59:59.999998Z'", "now() - interval '40 days'", 700);
        insert("now() + n * interval '1 hour'", "now()", 60);
        fold();
        assertThat(Totals.differences(server, url)).isEmpty();
        assertThat(query("SELECT week_until > 0 FROM audit_progress")).isEqualTo("t");
        insert("'2500-01-01T00:00:00Z'", "now()", 5);

        PostgresEventStore store = open();

        WITHIN.until("events are sequenced", () -> store.status().indexed() == 7_569);
        assertThat(Totals.differences(server, url)).isEmpty();
        assertThat(query("SELECT count(*) FROM audit_events WHERE timestamp > received_at + interval '24 hours'"))
                .isEqualTo("0");
        assertThat(query("SELECT count(*) FROM audit_events WHERE sent_timestamp IS NOT NULL"))
                .isEqualTo(Integer.toString(700 + 700 + (60 - 24) + 5));
        assertThat(query("SELECT count(*) FROM audit_log WHERE timestamp > '9999-01-01'"))
                .isEqualTo("1400");
        List<StoredEvent> newest = Found.events(await(store.search(EventQuery.all(1_000))));
        assertThat(newest)
                .isSortedAccordingTo((one, other) -> other.effectiveTime().compareTo(one.effectiveTime()));
        Instant farFuture = Instant.parse("9990-01-01T00:00:00Z");
        assertThat(await(store.stats(
                                StatsQuery.covering(farFuture, farFuture.plus(Duration.ofDays(3_650)), "", null, 3)))
                        .totals()
                        .events())
                .isZero();
        assertThat(await(store.agent("agent-1")).orElseThrow().lastSeen())
                .isBefore(Instant.now().plus(StoredEvent.MAX_AHEAD));
        await(store.close());
    }

    @Test
    void open_onlyUsualEvents_changesNone() throws Exception {
        insert("now() - n * interval '1 minute'", "now()", 50);
        insert("now() + n * interval '1 hour'", "now()", 24);
        fold();
        String before = query(NEWEST_FIRST);

        PostgresEventStore store = open();

        assertThat(query(NEWEST_FIRST)).isEqualTo(before);
        assertThat(query("SELECT count(*) FROM audit_events WHERE sent_timestamp IS NOT NULL"))
                .isEqualTo("0");
        assertThat(Totals.differences(server, url)).isEmpty();
        await(store.close());
    }

    /** Servers are replaced one by one, so one of version 3 may insert into the migrated table. */
    @Test
    void insert_byAnEarlierServer_isOrderedByEffectiveTimeToo() throws Exception {
        PostgresEventStore store = open();

        insert("'9999-12-31T23:59:59.999999Z'", "'2026-11-02T08:00:00Z'::timestamptz", 1);

        AuditEvent event =
                Found.events(await(store.search(EventQuery.all(1)))).get(0).event();
        assertThat(event.timestamp()).isEqualTo("9999-12-31T23:59:59.999999Z");
        assertThat(query("SELECT timestamp = '2026-11-03T08:00:00Z' FROM audit_events"))
                .isEqualTo("t");
        assertThat(await(store.append(List.of(event)))).hasOnlyElementsOfType(Outcome.Duplicate.class);
        await(store.close());
    }

    /** A dump reads the table for a long time; appends must not wait behind a server that waits for it. */
    @Test
    void open_whileTheTableIsRead_waitsWithoutBlockingAppends() throws Exception {
        try (Connection dump = server.connect(url)) {
            dump.setAutoCommit(false);
            execute(dump, "SELECT count(*) FROM audit_events");
            Future<PostgresEventStore> opening =
                    PostgresEventStore.open(vertx, (Database.Postgres) config.database(), config, Clock.systemUTC());
            WITHIN.until(
                    "the server waits",
                    () -> !query("SELECT count(*) FROM pg_locks WHERE NOT granted"
                                    + " AND relation = 'audit_events'::regclass")
                            .equals("0"));

            insert("now()", "now()", 1);

            assertThat(opening.isComplete()).isFalse();
            dump.rollback();
            PostgresEventStore store = await(opening);
            await(store.append(new Events(1).next(3)));
            assertThat(query("SELECT count(*) FROM audit_events")).isEqualTo("4");
            await(store.close());
        }
    }

    private PostgresEventStore open() {
        return await(PostgresEventStore.open(vertx, (Database.Postgres) config.database(), config, Clock.systemUTC()));
    }

    private void insert(String timestamp, String receivedAt, int count) throws SQLException {
        try (Connection connection = server.connect(url)) {
            execute(connection, INSERT.formatted(timestamp, receivedAt, count));
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(20);
            statement.execute(sql);
        }
    }

    private String query(String sql) throws SQLException {
        return server.query(url, sql);
    }

    /** Moves the watermark as a leading server does. */
    private void fold() {
        await(pool.withConnection(connection -> Sequence.of(connection, "nobody", Clock.systemUTC())
                .compose(sequence -> stepUntilIdle(connection, sequence))));
    }

    private static Future<Void> stepUntilIdle(SqlConnection connection, Sequence sequence) {
        return sequence.step()
                .compose(result -> result == Sequence.Result.IDLE
                        ? Future.succeededFuture()
                        : stepUntilIdle(connection, sequence));
    }
}
