package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.bus.LocalCodec;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.Events;
import dev.sentinel.audit.store.Found;
import dev.sentinel.audit.store.Outcome;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An index with a hole, as a file has that was cut off and then written further behind. */
@ExtendWith(VertxExtension.class)
final class IndexDamageTest {
    private static final StoreConfig CONFIG =
            SentinelConfig.fromEnvironment(Map.of("READERS", "1")).store();

    private static final int PAGE = 4_096;

    /** Not each page, which would take long. */
    private static final int EVERY = 37;

    @TempDir
    private Path directory;

    /** Some holes are only found when events are added to what is around them. */
    @Test
    void open_indexWithAHoleThatLacksEvents_rebuildsIt(Vertx vertx) throws IOException {
        LocalCodec.register(vertx);
        List<AuditEvent> events = new Events(1).next(2_100);
        Path index = directory.resolve("sentinel_audit.index.db");
        Path older = directory.resolve("older");
        append(vertx, events.subList(0, 2_000));
        Files.copy(index, older);
        append(vertx, events.subList(2_000, 2_100));

        int rebuilt = 0;
        // The first page stays: without it, it would be no database.
        for (long page = 1; page < Files.size(older) / PAGE; page += EVERY) {
            Files.copy(older, index, StandardCopyOption.REPLACE_EXISTING);
            makeHole(index, page);
            Object damaged = Files.getAttribute(index, "unix:ino");
            SqliteEventStore store = open(vertx);
            try {
                assertThat(store.end()).as("with a hole at page %d", page).isEqualTo(2_100);
                // Of the others, the hole is where nothing was added.
                if (!Files.getAttribute(index, "unix:ino").equals(damaged)) {
                    rebuilt++;
                    assertHasAll(store, events);
                }
            } finally {
                store.close().await();
            }
        }
        assertThat(rebuilt).isGreaterThan(3);
    }

    private static void assertHasAll(SqliteEventStore store, List<AuditEvent> events) {
        assertThat(store.append(events).await()).hasSize(events.size()).hasOnlyElementsOfType(Outcome.Duplicate.class);
        assertThat(Found.events(store.search(EventQuery.all(events.size())).await()))
                .hasSize(events.size());
    }

    private void append(Vertx vertx, List<AuditEvent> events) {
        SqliteEventStore store = open(vertx);
        store.append(events).await();
        store.close().await();
    }

    private SqliteEventStore open(Vertx vertx) {
        return SqliteEventStore.open(vertx, directory.resolve("sentinel_audit.db"), CONFIG, Clock.systemUTC())
                .await();
    }

    private static void makeHole(Path index, long page) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(index.toFile(), "rw")) {
            file.seek(page * PAGE);
            file.write(new byte[PAGE]);
        }
    }
}
