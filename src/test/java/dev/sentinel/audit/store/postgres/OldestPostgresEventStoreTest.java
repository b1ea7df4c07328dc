package dev.sentinel.audit.store.postgres;

/** The same in the oldest PostgreSQL that is supported. */
final class OldestPostgresEventStoreTest extends PostgresEventStoreTest {
    @Override
    PostgresServer server() {
        return PostgresServer.oldest();
    }
}
