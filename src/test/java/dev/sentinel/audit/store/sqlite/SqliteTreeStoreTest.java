package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.TreeStore;
import dev.sentinel.audit.store.TreeStoreContract;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

final class SqliteTreeStoreTest extends TreeStoreContract {
    private final Vertx vertx = Vertx.vertx();

    @TempDir
    private Path directory;

    private TreeStore store;

    @Override
    protected TreeStore store() {
        if (store == null) {
            store = await(SqliteTreeStore.open(vertx, directory.resolve("log.db")));
        }
        return store;
    }

    @Override
    protected void reopen() {
        await(store.close());
        store = null;
    }

    @AfterEach
    void close() {
        await(store().close());
        await(vertx.close());
    }
}
