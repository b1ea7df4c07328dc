package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.store.DestinationStoreContract;
import dev.sentinel.audit.store.StoredDestination;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteDestinationStoreTest extends DestinationStoreContract {
    @TempDir
    private Path directory;

    @Override
    protected Future<SqliteDestinationStore> open(Vertx vertx) {
        return SqliteDestinationStore.open(vertx, directory.resolve("sentinel_audit.db"));
    }

    /** A server that was killed must not keep its successor from delivering until its lease ends. */
    @Test
    void openAlone_leaseOfAKilledServer_isFree() {
        Vertx vertx = Vertx.vertx();
        SqliteDestinationStore killed = open(vertx).await();
        killed.add(StoredDestination.starting("siem", "{}", 5, null)).await();
        StoredDestination before =
                killed.own("siem", "a", Duration.ofMinutes(10)).await().orElseThrow();
        killed.close().await();

        SqliteDestinationStore next = SqliteDestinationStore.openAlone(vertx, directory.resolve("sentinel_audit.db"))
                .await();

        StoredDestination after =
                next.own("siem", "b", Duration.ofMinutes(10)).await().orElseThrow();
        assertThat(after.fence()).isGreaterThan(before.fence());
        next.close().await();
        vertx.close().await();
    }
}
