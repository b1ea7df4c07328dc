package dev.sentinel.audit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** An open store, empty before each test, with helpers for the contracts. */
public abstract class StoreContract {
    protected abstract EventStore store();

    protected static <T> T await(Future<T> future) {
        return future.timeout(20, TimeUnit.SECONDS).await();
    }

    static final Comparator<StoredEvent> OLDEST_FIRST =
            Comparator.comparing(StoredEvent::effectiveTime).thenComparing(StoredEvent::seq);

    /** The clock of the store. */
    protected final OffsetClock clock = new OffsetClock();

    final Events events = new Events(42);

    /** The whole log, once it holds {@code count} events. */
    List<StoredEvent> log(int count) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            List<StoredEvent> log = await(store().read(0, count + 1));
            if (log.size() == count) {
                return log;
            }
            assertThat(System.nanoTime()).as("events are sequenced").isLessThan(deadline);
        }
    }

    /**
     * Waits until every event is sequenced. That is soon: while a query waits, the index does not wait for more events.
     */
    void awaitSequenced() {
        await(store().agent("agent-1"));
        awaitPositions();
    }

    void awaitPositions() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (store().status().lag() > 0) {
            assertThat(System.nanoTime()).as("events are sequenced").isLessThan(deadline);
            // A busy loop would take the processor from the threads that it waits for.
            LockSupport.parkNanos(500_000);
        }
    }

    List<StoredEvent> storeSome(int count) {
        List<AuditEvent> sent = events.next(count);
        for (int from = 0; from < count; from += 50) {
            await(store().append(sent.subList(from, Math.min(count, from + 50))));
        }
        List<StoredEvent> stored = log(count);
        assertThat(stored).extracting(StoredEvent::event).containsExactlyElementsOf(sent);
        return stored;
    }

    /** All events that a search finds, page by page. */
    List<StoredEvent> walk(EventQuery query) {
        List<StoredEvent> seen = new ArrayList<>();
        Set<Position> positions = new HashSet<>();
        FoundEvents page = await(store().search(query.withSeals(true)));
        while (true) {
            seen.addAll(Found.events(page));
            if (page.next() == null) {
                return seen;
            }
            assertThat(positions.add(page.next())).as("the walk advances").isTrue();
            page = await(store().search(query.withSeals(true).after(page.next())));
        }
    }

    static AuditEvent withResource(AuditEvent event, String resource) {
        return event.toBuilder().resource(resource).build();
    }

    static AuditEvent withLatency(AuditEvent event, int latencyMs) {
        return event.toBuilder().latencyMs(latencyMs).build();
    }

    static AuditEvent withAgent(AuditEvent event, String agentInstanceId) {
        return event.toBuilder().agentInstanceId(agentInstanceId).build();
    }

    static AuditEvent withTimestamp(AuditEvent event, @Nullable Instant timestamp) {
        return event.toBuilder().timestamp(timestamp).build();
    }
}
