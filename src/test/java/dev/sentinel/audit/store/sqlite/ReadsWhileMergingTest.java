package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.bus.LocalCodec;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.Events;
import dev.sentinel.audit.store.Found;
import dev.sentinel.audit.store.FoundEvents;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** While many small batches arrive and their runs are merged, a walk misses no event and shows none twice. */
@ExtendWith(VertxExtension.class)
final class ReadsWhileMergingTest {
    private static final int BATCHES = 300;
    private static final int BATCH = 20;
    private static final Comparator<StoredEvent> OLDEST_FIRST =
            Comparator.comparing(StoredEvent::effectiveTime).thenComparing(StoredEvent::seq);

    @TempDir
    private Path directory;

    private final List<AuditEvent> acknowledged = Collections.synchronizedList(new ArrayList<>());
    private SqliteEventStore store;

    @BeforeEach
    void open(Vertx vertx) {
        LocalCodec.register(vertx);
        store = SqliteEventStore.open(
                        vertx,
                        directory.resolve("sentinel_audit.db"),
                        SentinelConfig.fromEnvironment(Map.of()).store(),
                        Clock.systemUTC())
                .await();
    }

    @AfterEach
    void close() {
        store.close().await();
    }

    @Test
    void search_whileRunsAreMerged_visitsEachEventOnce() {
        CompletableFuture<Void> writing = CompletableFuture.runAsync(this::append);
        int checked = 0;
        boolean last = false;
        while (!last) {
            last = writing.isDone();
            List<AuditEvent> before = List.copyOf(acknowledged);
            check(EventQuery.all(400).withOrder(EventQuery.Order.OLDEST_FIRST), before, OLDEST_FIRST);
            check(EventQuery.all(400), before, OLDEST_FIRST.reversed());
            String agent = "agent-" + checked % 5;
            check(
                    EventQuery.all(400).withFilter(filter -> filter.agentInstanceIds(Set.of(agent))),
                    before.stream()
                            .filter(event -> event.agentInstanceId().equals(agent))
                            .toList(),
                    OLDEST_FIRST.reversed());
            before.stream()
                    .limit(50)
                    .forEach(event ->
                            assertThat(store.find(event.eventId()).await()).isPresent());
            checked++;
        }
        writing.join();
        assertThat(checked).isGreaterThan(2);
        assertThat(acknowledged).hasSize(BATCHES * BATCH);
    }

    private void append() {
        Events events = new Events(5);
        for (int i = 0; i < BATCHES; i++) {
            List<AuditEvent> batch = events.next(BATCH);
            store.append(batch).await();
            acknowledged.addAll(batch);
            // A query makes the index write what it has, so that there are many runs.
            store.search(EventQuery.all(1)).await();
        }
    }

    private void check(EventQuery query, List<AuditEvent> wanted, Comparator<StoredEvent> order) {
        List<StoredEvent> found = new ArrayList<>();
        EventQuery rest = query;
        while (rest != null) {
            FoundEvents page = store.search(rest).await();
            found.addAll(Found.events(page));
            rest = page.next() == null ? null : rest.after(page.next());
        }
        assertThat(found).isSortedAccordingTo(order);
        Set<UUID> ids = new HashSet<>();
        found.forEach(event -> ids.add(event.event().eventId()));
        assertThat(ids).as("each once").hasSameSizeAs(found);
        assertThat(ids).containsAll(wanted.stream().map(AuditEvent::eventId).toList());
    }
}
