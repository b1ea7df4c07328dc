package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.Within;
import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.store.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A store with its own Vert.x, like that of a server, for tests that block. */
final class OpenStore implements AutoCloseable {
    static final Within WITHIN = Within.seconds(30);

    private final Vertx vertx;
    private final PostgresEventStore store;

    private OpenStore(Vertx vertx, PostgresEventStore store) {
        this.vertx = vertx;
        this.store = store;
    }

    static OpenStore at(String url) {
        return at(url, Map.of());
    }

    static OpenStore at(String url, Map<String, String> settings) {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("DATABASE_URL", url);
        StoreConfig config = SentinelConfig.fromEnvironment(environment).store();
        Vertx vertx = Vertx.vertx();
        return new OpenStore(
                vertx,
                await(PostgresEventStore.open(
                        vertx, (Database.Postgres) config.database(), config, Clock.systemUTC())));
    }

    PostgresEventStore store() {
        return store;
    }

    List<Outcome> append(List<AuditEvent> events) {
        return await(store.append(events));
    }

    /** Every event that has a position, in order. */
    List<StoredEvent> log() {
        List<StoredEvent> log = new ArrayList<>();
        List<StoredEvent> page;
        do {
            page = await(store.read(log.size(), 1_000));
            log.addAll(page);
        } while (!page.isEmpty());
        return log;
    }

    static <T> T await(Future<T> future) {
        return future.timeout(WITHIN.time().toSeconds(), TimeUnit.SECONDS).await();
    }

    @Override
    public void close() {
        await(store.close());
        PostgresVertx.close(vertx);
    }
}
