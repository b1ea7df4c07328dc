package dev.sentinel.audit.store.postgres;

/** The contract on the oldest supported PostgreSQL. */
final class OldestPostgresEventStoreTest extends PostgresEventStoreTest {
    @Override
    PostgresServer server() {
        return PostgresServer.oldest();
    }
}
