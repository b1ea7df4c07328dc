package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.store.DestinationStoreContract;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;

final class PostgresDestinationStoreTest extends DestinationStoreContract {
    private final StoreConfig config = SentinelConfig.fromEnvironment(
                    Map.of("DATABASE_URL", PostgresServer.shared().newSchema()))
            .store();

    @Override
    protected Future<PostgresDestinationStore> open(Vertx vertx) {
        return PostgresDestinationStore.open(vertx, (Database.Postgres) config.database(), config.timeout());
    }
}
