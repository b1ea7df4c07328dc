package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.store.EventStore;
import dev.sentinel.audit.store.EventStoreContract;
import dev.sentinel.audit.store.StatsLevel;
import io.vertx.core.Vertx;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresVertx.class)
class PostgresEventStoreTest extends EventStoreContract {
    static final String FORGET_SEALS =
            "UPDATE audit_events SET resource_seal = NULL, metadata_seal = NULL RETURNING event_id::text";

    private final String url = server().newSchema();
    private final StoreConfig config = SentinelConfig.fromEnvironment(Map.of("DATABASE_URL", url, "READERS", "2"))
            .store();

    private Vertx vertx;
    private PostgresEventStore store;

    PostgresServer server() {
        return PostgresServer.shared();
    }

    @BeforeEach
    void open(Vertx fresh) {
        vertx = fresh;
        store = openStore();
    }

    @AfterEach
    void close() {
        await(store.close());
    }

    @Override
    protected EventStore store() {
        return store;
    }

    @Override
    protected Map<StatsLevel, Long> summedUntil() throws SQLException {
        return Totals.summedUntil(server(), url);
    }

    @Override
    protected void forgetSeals() throws SQLException {
        server().query(url, FORGET_SEALS);
    }

    private PostgresEventStore openStore() {
        return await(PostgresEventStore.open(vertx, (Database.Postgres) config.database(), config, clock));
    }
}
