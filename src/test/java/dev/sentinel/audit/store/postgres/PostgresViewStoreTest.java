package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.store.ViewStoreContract;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;

final class PostgresViewStoreTest extends ViewStoreContract {
    private final StoreConfig config = SentinelConfig.fromEnvironment(
                    Map.of("DATABASE_URL", PostgresServer.shared().newSchema()))
            .store();

    @Override
    protected Future<PostgresViewStore> open(Vertx vertx) {
        return PostgresViewStore.open(vertx, (Database.Postgres) config.database(), config.timeout());
    }
}
