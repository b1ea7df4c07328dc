package dev.sentinel.audit.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.store.EventStore;
import dev.sentinel.audit.store.EventStoreContract;
import dev.sentinel.audit.store.Events;
import dev.sentinel.audit.store.Outcome;
import dev.sentinel.audit.store.StatsLevel;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The store fulfills its contract after operators have run the file that partitions the events. */
@ExtendWith(PostgresVertx.class)
final class PartitionedEventStoreTest extends EventStoreContract {
    private static final Path SCRIPT = Path.of("conf/postgres/partition-by-month.sql");

    private final PostgresServer postgres = PostgresServer.shared();
    private final String url = postgres.newSchema();
    private final StoreConfig config = SentinelConfig.fromEnvironment(Map.of("DATABASE_URL", url, "READERS", "2"))
            .store();

    private Vertx vertx;
    private PostgresEventStore store;

    @BeforeEach
    void open(Vertx fresh) throws SQLException, IOException {
        vertx = fresh;
        await(open(clock).close());
        try (Connection connection = postgres.connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute(Files.readString(SCRIPT));
        }
        store = open(clock);
    }

    @AfterEach
    void close() {
        await(store.close());
    }

    @Override
    protected EventStore store() {
        return store;
    }

    @Test
    void append_anyMonth_goesToItsPartitionOrTheDefault() throws SQLException {
        await(store.append(new Events(1).next(3)));
        PostgresEventStore later = open(Clock.fixed(Instant.parse("2099-01-01T00:00:00Z"), ZoneOffset.UTC));
        await(later.append(new Events(2).next(2)));
        await(later.close());

        assertThat(postgres.query(url, "SELECT count(*) FROM audit_events_other"))
                .isEqualTo("2");
        assertThat(postgres.query(url, "SELECT count(*) FROM audit_events")).isEqualTo("5");
    }

    /** Answers have fewer events then, though none was added. */
    @Test
    void revision_aMonthIsDropped_andAnotherMade_changes() throws SQLException {
        await(store.append(new Events(1).next(3)));
        while (store.end() < 3) {
            Thread.onSpinWait();
        }
        String before = await(store.revision());
        String month = postgres.query(url, "SELECT min(tableoid::regclass::text) FROM audit_events");
        try (Connection connection = postgres.connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT audit_add_month('2031-01-01')");
            statement.execute("ALTER TABLE audit_events DETACH PARTITION " + month);
        }

        assertThat(await(store.revision())).isNotEqualTo(before);
    }

    @Test
    void append_sameEventsAtOnceInDifferentMonths_areStoredOnce() {
        PostgresEventStore later = open(Clock.fixed(Instant.parse("2099-01-01T00:00:00Z"), ZoneOffset.UTC));
        List<AuditEvent> events = new Events(1).next(200);

        Future<List<Outcome>> now = store.append(events);
        Future<List<Outcome>> then = later.append(events);

        assertThat(Stream.concat(await(now).stream(), await(then).stream()).filter(Outcome.Captured.class::isInstance))
                .hasSize(200);
        await(later.close());
    }

    @Test
    void open_partitionedByAnEarlierVersion_ordersByEffectiveTime() throws SQLException {
        await(store.close());
        try (Connection connection = postgres.connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TRIGGER audit_effective_time ON audit_events");
            statement.execute("ALTER TABLE audit_events DROP COLUMN sent_timestamp CASCADE");
            statement.execute("DROP FUNCTION audit_effective_time");
            statement.execute("ALTER TABLE audit_events DROP COLUMN resource_seal, DROP COLUMN metadata_seal");
            statement.execute("ALTER TABLE audit_events DROP COLUMN span_id, DROP COLUMN parent_span_id,"
                    + " DROP COLUMN session_id, DROP COLUMN on_behalf_of, DROP COLUMN links_seal");
            statement.execute("DROP TABLE audit_log_identity, audit_refused_events, audit_destinations, audit_tiles,"
                    + " audit_tree, audit_verifier_keys, audit_saved_views");
            statement.execute("DROP SEQUENCE audit_destination_fences");
            statement.execute("UPDATE audit_schema SET version = 3");
            statement.execute("INSERT INTO audit_events (event_id, timestamp, agent_instance_id, trace_id, actor,"
                    + " action_type, resource, status, metadata, received_at) VALUES (gen_random_uuid(), '9999-01-01Z',"
                    + " 'agent', 'trace', 'agent', 'tool_call', 'resource', 'success', '{}', '2099-01-01Z')");
        }

        store = open(clock);
        await(store.append(List.of(new Events(1)
                .next().toBuilder()
                        .timestamp(Instant.parse("9999-12-31T00:00:00Z"))
                        .build())));

        assertThat(postgres.query(
                        url, "SELECT string_agg(effective_time::date::text, ' ' ORDER BY arrival) FROM audit_log"))
                .isEqualTo("2099-01-02 2026-11-29");
    }

    @Override
    protected Map<StatsLevel, Long> summedUntil() throws SQLException {
        return Totals.summedUntil(postgres, url);
    }

    @Override
    protected void forgetSeals() throws SQLException {
        postgres.query(url, PostgresEventStoreTest.FORGET_SEALS);
    }

    private PostgresEventStore open(Clock clock) {
        return await(PostgresEventStore.open(vertx, (Database.Postgres) config.database(), config, clock));
    }
}
