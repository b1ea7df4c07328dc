package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.keys.KeyStoreContract;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class SqliteKeyStoreTest extends KeyStoreContract {
    @TempDir
    private Path directory;

    @Override
    protected Future<SqliteKeyStore> open(Vertx vertx) {
        return SqliteKeyStore.open(vertx, directory.resolve("sentinel_audit.db"));
    }
}
