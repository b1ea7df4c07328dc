package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.keys.KeyStoreContract;
import java.util.Map;

final class PostgresKeyStoreTest extends KeyStoreContract {
    private final StoreConfig config = SentinelConfig.fromEnvironment(
                    Map.of("DATABASE_URL", PostgresServer.shared().newSchema()))
            .store();

    @Override
    protected KeyStore open() {
        return PostgresKeyStore.open((Database.Postgres) config.database(), config.timeout());
    }
}
