package dev.sentinel.audit.backend;

import dev.sentinel.audit.bus.LocalCodec;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.EventStore;
import dev.sentinel.audit.store.FoundEvents;
import dev.sentinel.audit.store.Position;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** Accesses a database as a server would, without a server. */
final class SourceLog {
    private SourceLog() {}

    static StoreConfig config(Path directory, String url) {
        return SentinelConfig.fromEnvironment(
                        Map.of("DATA_DIR", directory.toString(), "DATABASE_URL", url, "READERS", "2"))
                .store();
    }

    /** Appends in batches of this size, so that events have different times of receipt. */
    static void append(StoreConfig config, List<AuditEvent> events, int batch) {
        with(config, store -> {
            for (int from = 0; from < events.size(); from += batch) {
                store.append(events.subList(from, Math.min(events.size(), from + batch)))
                        .await();
            }
            return null;
        });
    }

    /** Opens the store, runs a query and closes the store. */
    static <T> T with(StoreConfig config, Function<EventStore, T> query) {
        Vertx vertx = Vertx.vertx();
        LocalCodec.register(vertx);
        try {
            EventStore store =
                    Databases.events(vertx, config, Clock.systemUTC()).await();
            try {
                return query.apply(store);
            } finally {
                store.close().await();
            }
        } finally {
            vertx.close().await();
        }
    }

    /** All events in order. Waits until each has its position: PostgreSQL assigns positions after the commit. */
    static List<StoredEvent> whole(EventStore store) {
        long events = count(store);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        List<StoredEvent> log = new ArrayList<>();
        while (true) {
            List<StoredEvent> page = store.read(log.size(), 1_000).await();
            log.addAll(page);
            if (page.isEmpty() && log.size() >= events) {
                return log;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not in time: positions of " + events + " events, only of " + log.size());
            }
            LockSupport.parkNanos(500_000);
        }
    }

    private static long count(EventStore store) {
        long events = 0;
        Position after = null;
        do {
            FoundEvents page = store.search(EventQuery.all(1_000).after(after)).await();
            events += page.count();
            after = page.next();
        } while (after != null);
        return events;
    }
}
