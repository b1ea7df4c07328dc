package dev.sentinel.audit.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.Events;
import dev.sentinel.audit.store.Found;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several servers may start at once on an empty schema. */
@ExtendWith(PostgresVertx.class)
final class ParallelStartTest {
    private static final int SERVERS = 8;

    @Test
    void open_severalAtOnce_createTheTablesOnce(Vertx vertx) {
        StoreConfig config = SentinelConfig.fromEnvironment(
                        Map.of("DATABASE_URL", PostgresServer.shared().newSchema(), "READERS", "1", "WRITERS", "1"))
                .store();
        List<Future<PostgresEventStore>> opening = new ArrayList<>();
        for (int i = 0; i < SERVERS; i++) {
            opening.add(
                    PostgresEventStore.open(vertx, (Database.Postgres) config.database(), config, Clock.systemUTC()));
        }
        List<PostgresEventStore> stores = await(Future.join(opening)).list();

        Events events = new Events(3);
        stores.forEach(store -> await(store.append(events.next(2))));

        for (PostgresEventStore store : stores) {
            assertThat(Found.events(await(store.search(EventQuery.all(100))))).hasSize(2 * SERVERS);
        }
        stores.forEach(store -> await(store.close()));
    }

    private static <T> T await(Future<T> future) {
        return future.timeout(20, TimeUnit.SECONDS).await();
    }
}
