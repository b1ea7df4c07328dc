package dev.sentinel.audit.store.postgres;

/** The same by the planner of the oldest PostgreSQL that is supported. */
final class OldestSearchPlanTest extends SearchPlanTest {
    @Override
    PostgresServer server() {
        return PostgresServer.oldest();
    }
}
