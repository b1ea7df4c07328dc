package dev.sentinel.audit.store.postgres;

/** The query plans of the oldest supported PostgreSQL. */
final class OldestSearchPlanTest extends SearchPlanTest {
    @Override
    PostgresServer server() {
        return PostgresServer.oldest();
    }
}
