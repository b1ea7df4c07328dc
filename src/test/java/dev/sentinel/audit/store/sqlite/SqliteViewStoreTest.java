package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.store.DestinationStore;
import dev.sentinel.audit.store.SavedView;
import dev.sentinel.audit.store.StoredDestination;
import dev.sentinel.audit.store.ViewStoreContract;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteViewStoreTest extends ViewStoreContract {
    @TempDir
    private Path directory;

    @Override
    protected Future<SqliteViewStore> open(Vertx vertx) {
        return SqliteViewStore.open(vertx, log());
    }

    private Path log() {
        return directory.resolve("sentinel_audit.db");
    }

    @Test
    void copy_isRestoredWithItsViews() {
        Vertx vertx = Vertx.vertx();
        SavedView view = new SavedView("k1", "1", "a", "/ui/runs", Instant.EPOCH);
        SqliteViewStore store = open(vertx).await();
        store.add(view).await();
        Path copy = directory.resolve("copy.state.db");
        Path other = directory.resolve("other/sentinel_audit.db");

        DestinationCopy.write(log(), copy);
        assertThat(other.getParent().toFile().mkdir()).isTrue();
        DestinationCopy.check(copy, other);
        DestinationCopy.restoreIfMissing(copy, other);

        assertThat(DestinationCopy.views(other)).containsExactly(view);
        store.close().await();
        vertx.close().await();
    }

    /** A file of the version before has its destinations, and gets its views when it is opened. */
    @Test
    void file_ofTheVersionBefore_keepsItsDestinations() throws SQLException {
        Vertx vertx = Vertx.vertx();
        DestinationStore destinations =
                SqliteDestinationStore.open(vertx, log()).await();
        destinations.add(StoredDestination.starting("siem", "{}", 5, null)).await();
        destinations.close().await();
        Path file = SqliteFiles.of(log()).state();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE saved_views");
            statement.execute("PRAGMA user_version=1");
        }

        assertThat(DestinationCopy.views(log())).isEmpty();
        assertThat(DestinationCopy.of(log())).hasSize(1);
        SqliteViewStore views = open(vertx).await();
        assertThat(views.of("k1").await()).isEmpty();
        assertThat(DestinationCopy.of(log())).hasSize(1);
        views.close().await();
        vertx.close().await();
    }
}
