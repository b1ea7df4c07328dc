package dev.sentinel.audit.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.failure.Unusable;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Databases that a server must not use: it prints one line with the reason, and changes nothing. */
@ExtendWith(PostgresVertx.class)
final class UnfitDatabaseTest {
    private final PostgresServer server = PostgresServer.shared();
    private final String url = server.newSchema();

    @Test
    void schema_ofANewerVersion_isRefused(Vertx vertx) throws SQLException {
        open(vertx, url).close().await();
        run("UPDATE audit_schema SET version = version + 1");

        assertRefused(vertx, url, "created by a newer version of Sentinel");
    }

    @Test
    void table_ofAnotherProgram_isRefused(Vertx vertx) throws SQLException {
        run("CREATE TABLE audit_events (id integer)");

        assertRefused(vertx, url, "the table audit_events belongs to another program");
    }

    @Test
    void schema_missing_isRefused(Vertx vertx) {
        assertRefused(vertx, server.url("nowhere"), "the search_path of this role names no existing schema");
    }

    @Test
    void encoding_thatCannotHoldAllTexts_isRefused(Vertx vertx) {
        server.execute("CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");

        assertRefused(vertx, url.replace("/postgres?", "/latin?"), "the database has the encoding LATIN1");
    }

    @Test
    void role_thatMayNotCreate_isRefused(Vertx vertx) throws SQLException {
        String schema = url.substring(url.indexOf("search_path=") + "search_path=".length());
        server.execute("CREATE ROLE guest LOGIN; GRANT USAGE ON SCHEMA " + schema + " TO guest");

        assertRefused(vertx, url.replace("postgres:irrelevant@", "guest@"), "permission denied for schema");
    }

    private void assertRefused(Vertx vertx, String database, String reason) {
        assertThatThrownBy(() -> open(vertx, database)).isInstanceOfSatisfying(Unusable.class, refused -> {
            assertThat(refused).hasMessageContaining(reason);
            assertThat(refused.getMessage()).doesNotContain("\n");
        });
    }

    private static PostgresEventStore open(Vertx vertx, String database) {
        StoreConfig config =
                SentinelConfig.fromEnvironment(Map.of("DATABASE_URL", database)).store();
        return PostgresEventStore.open(vertx, (Database.Postgres) config.database(), config, Clock.systemUTC())
                .timeout(20, TimeUnit.SECONDS)
                .await();
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = server.connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
