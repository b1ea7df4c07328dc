package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.keys.KeyStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class SqliteKeyStoreTest extends KeyStoreContract {
    @TempDir
    private Path directory;

    @Override
    protected KeyStore open() {
        return SqliteKeyStore.open(directory.resolve("sentinel_audit.db"));
    }
}
