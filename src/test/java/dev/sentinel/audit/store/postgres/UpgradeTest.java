package dev.sentinel.audit.store.postgres;

import static dev.sentinel.audit.store.postgres.OpenStore.WITHIN;
import static dev.sentinel.audit.store.postgres.OpenStore.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.store.Events;
import dev.sentinel.audit.store.StatsQuery;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The migration of version 1 tables, and version 1 servers that still use them. */
final class UpgradeTest {
    private static final int EVENTS = 3_000;

    private static final String INSERT = """
            INSERT INTO audit_events (event_id, timestamp, agent_instance_id, trace_id, actor, action_type, resource,
              status, latency_ms, metadata, received_at)
            SELECT gen_random_uuid(), '2026-11-02T08:00:00Z'::timestamptz + n * interval '29 minutes',
              'agent-' || n %% 7, 'trace', 'agent', 'tool_call', 'resource-' || n %% 11,
              CASE WHEN n %% 5 = 0 THEN 'error' ELSE 'success' END, nullif(n %% 300, 0), '{}', now()
            FROM generate_series(1, %d) n""";

    /** The statement with which version 1 moves the watermark over all following events. */
    private static final String MOVE = """
            WITH moved AS (
              UPDATE audit_progress SET next_arrival = (SELECT max(arrival) + 1 FROM audit_events),
                next_seq = (SELECT max(arrival) + 1 FROM audit_events) RETURNING id),
            agents AS (
              INSERT INTO audit_agents AS known (agent_instance_id, total, errors, first_seen, last_seen)
              SELECT agent_instance_id, count(*), count(*) FILTER (WHERE status = 'error'), min(timestamp),
                max(timestamp)
              FROM audit_events WHERE arrival >= (SELECT next_arrival FROM audit_progress) GROUP BY 1
              ON CONFLICT (agent_instance_id) DO UPDATE SET total = known.total + excluded.total,
                errors = known.errors + excluded.errors, last_seen = greatest(known.last_seen, excluded.last_seen))
            INSERT INTO audit_rollups AS known (minute, actor, action_type, status, events)
            SELECT date_trunc('minute', timestamp, 'UTC'), actor, action_type, status, count(*)
            FROM audit_events WHERE arrival >= (SELECT next_arrival FROM audit_progress) GROUP BY 1, 2, 3, 4
            ON CONFLICT (minute, actor, action_type, status) DO UPDATE SET events = known.events + excluded.events""";

    private final PostgresServer server = PostgresServer.shared();
    private final String url = server.newSchema();
    private final Vertx vertx = Vertx.vertx();
    private final StoreConfig config =
            SentinelConfig.fromEnvironment(Map.of("DATABASE_URL", url)).store();
    private Connection old;

    @BeforeEach
    void createVersion1() throws SQLException {
        Pool pool = new Sessions(vertx, (Database.Postgres) config.database(), config.timeout()).untimed("test");
        await(pool.withTransaction(Schema::createVersion1));
        await(pool.close());
        old = server.connect(url);
        execute(INSERT.formatted(EVENTS));
        execute("INSERT INTO audit_sequence_runs VALUES (0, 0)");
        execute(MOVE);
    }

    @AfterEach
    void close() throws SQLException {
        old.close();
        PostgresVertx.close(vertx);
    }

    @Test
    void open_severalAtOnce_countEventsOnce() throws Exception {
        execute(INSERT.formatted(50));

        List<PostgresEventStore> stores = await(openSome());
        await(stores.get(0).append(new Events(1).next(10)));

        awaitSequenced(stores.get(0), EVENTS + 60);
        assertThat(Totals.differences(server, url)).isEmpty();
        StatsQuery all = StatsQuery.covering(
                Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2027-12-01T00:00:00Z"), "", null, 3);
        for (PostgresEventStore store : stores) {
            assertThat(await(store.stats(all)).totals().events()).isEqualTo(EVENTS + 60);
            await(store.close());
        }
    }

    /** A dry run of a migration must not lock out the servers that still use these tables. */
    @Test
    void inspect_olderTables_leavesThemAsTheyAre() throws Exception {
        execute(INSERT.formatted(50));

        try (PostgresLogSource source =
                PostgresLogSource.inspect(vertx, (Database.Postgres) config.database(), config.timeout())) {
            assertThat(source.end()).isEqualTo(EVENTS + 50);
            assertThat(source.agents()).isEqualTo(7);
            assertThat(source.verifierKeys()).isEmpty();
        }

        assertThat(server.query(url, "SELECT next_seq FROM audit_progress")).isEqualTo("" + EVENTS);
        assertThat(server.query(url, "SELECT to_regclass('audit_rollups') IS NOT NULL"))
                .isEqualTo("t");
    }

    /** A version 1 server that is about to move the watermark succeeds; its next attempt fails. */
    @Test
    void open_oldServerLeads_countsItsEventsAndStopsIt() throws Exception {
        execute(INSERT.formatted(50));
        old.setAutoCommit(false);
        execute(MOVE);
        Future<List<PostgresEventStore>> opening = openSome();
        WITHIN.until("it waits for the old server", this::isAnySessionWaiting);
        old.commit();

        List<PostgresEventStore> stores = await(opening);

        awaitSequenced(stores.get(0), EVENTS + 50);
        assertThat(Totals.differences(server, url)).isEmpty();
        assertThatThrownBy(() -> execute(MOVE)).hasMessageContaining("audit_rollups");
        old.rollback();
        for (PostgresEventStore store : stores) {
            await(store.close());
        }
    }

    private Future<List<PostgresEventStore>> openSome() {
        return Future.join(Stream.generate(() -> PostgresEventStore.open(
                                vertx, (Database.Postgres) config.database(), config, Clock.systemUTC()))
                        .limit(3)
                        .toList())
                .map(CompositeFuture::list);
    }

    private boolean isAnySessionWaiting() throws SQLException {
        try (Connection connection = server.connect(url);
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "SELECT 1 FROM pg_locks WHERE NOT granted AND relation =" + " 'audit_progress'::regclass")) {
            return rows.next();
        }
    }

    private static void awaitSequenced(PostgresEventStore store, long events) throws Exception {
        WITHIN.until("events are sequenced", () -> store.status().indexed() == events);
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = old.createStatement()) {
            statement.execute(sql.replace("%%", "%"));
        }
    }
}
