package dev.sentinel.audit.store.postgres;

import static dev.sentinel.audit.store.postgres.OpenStore.WITHIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.store.TreeStore;
import dev.sentinel.audit.store.TreeStoreContract;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract, and what is promised to servers that share the store. */
final class PostgresTreeStoreTest extends TreeStoreContract {
    private final PostgresServer server = PostgresServer.shared();
    private final String url = server.newSchema();
    private final StoreConfig config =
            SentinelConfig.fromEnvironment(Map.of("DATABASE_URL", url)).store();
    private final Vertx vertx = Vertx.vertx();
    private TreeStore store;

    @Override
    protected TreeStore store() {
        if (store == null) {
            await(Schema.migrate(new Sessions(vertx, (Database.Postgres) config.database(), config.timeout())));
            store = open();
        }
        return store;
    }

    private TreeStore open() {
        return await(PostgresTreeStore.open(vertx, (Database.Postgres) config.database(), config.timeout()));
    }

    @Override
    protected void reopen() {
        await(store.resign());
        await(store.close());
        store = open();
    }

    @AfterEach
    void close() {
        await(store().close());
        PostgresVertx.close(vertx);
    }

    @Test
    void lead_whileAnotherServerLeads_isRefusedUntilItResigns() {
        TreeStore other = open();
        OptionalLong term = await(store().lead());

        assertThat(await(other.lead())).isEmpty();
        assertThat(await(other.extent()).isLed()).isTrue();
        await(other.resign());
        assertThat(await(store().lead())).isEqualTo(term);
        await(store().resign());
        assertThat(await(other.extent()).isLed()).isFalse();
        assertThat(await(other.lead())).isPresent().isNotEqualTo(term);
        await(other.close());
    }

    /** As if it had hung: its statements come late. */
    @Test
    void leader_thatWasReplaced_changesNothing() throws SQLException {
        grow(300);
        TreeStore other = open();
        expireLease();
        assertThat(await(other.lead())).isPresent();
        TreeStore.Extent before = await(other.extent());

        assertThatThrownBy(() -> await(store().grow(300, List.of(), 301, TreeHash.EMPTY)))
                .isInstanceOf(Unavailable.class);
        assertThatThrownBy(() -> await(store().clear())).isInstanceOf(Unavailable.class);
        await(store().resign());
        assertThat(await(other.extent())).isEqualTo(before);
        assertThat(await(store().lead())).isEmpty();
        await(other.close());
    }

    @Test
    void lead_afterAnotherServerHasLed_isAnotherTerm() throws SQLException {
        OptionalLong term = await(store().lead());
        TreeStore other = open();
        expireLease();
        await(other.lead());
        expireLease();

        assertThat(await(store().lead())).isPresent().isNotEqualTo(term);
        await(other.close());
    }

    @Test
    void leader_thatIsSilent_isReplacedSoon() throws Exception {
        TreeStore other = open();

        WITHIN.until("the lease ends", () -> await(other.lead()).isPresent());
        await(other.close());
    }

    /** A checkpoint that was signed is added by every server that knows it. */
    @Test
    void publish_byAServerThatDoesNotLead_isKnownToTheLeader() {
        TreeStore other = open();
        await(store().publish(null, "one"));
        await(other.publish("one", "two"));

        assertThatThrownBy(() -> await(store().publish("one", "three"))).isInstanceOf(Unavailable.class);
        assertThat(await(store().extent()).checkpoint()).isEqualTo("two");
        await(other.close());
    }

    /** Servers of the version before only lack the tables. */
    @Test
    void migrate_fromTheVersionBefore_addsTablesAndChangesNone() throws SQLException {
        String old = server.newSchema();
        StoreConfig oldConfig =
                SentinelConfig.fromEnvironment(Map.of("DATABASE_URL", old)).store();
        Sessions sessions = new Sessions(vertx, (Database.Postgres) oldConfig.database(), oldConfig.timeout());
        Pool pool = sessions.untimed("test");
        await(pool.withTransaction(connection -> Schema.upgrade(connection, 0, TreeTables.VERSION - 1)));
        String filenodes = "SELECT string_agg(relname || ' ' || relfilenode, ',' ORDER BY relname) FROM pg_class"
                + " WHERE relnamespace = current_schema()::regnamespace"
                + " AND relname !~ 'audit_(tiles|tree|verifier|saved_views)'";
        String before = server.query(old, filenodes);

        await(Schema.migrate(sessions));

        assertThat(server.query(old, filenodes)).isEqualTo(before);
        assertThat(server.query(old, "SELECT count(*) FROM audit_tree")).isEqualTo("1");
        await(pool.close());
    }

    private void expireLease() throws SQLException {
        try (Connection connection = server.connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE audit_tree SET leads_until = now() - interval '1 second'");
        }
    }
}
