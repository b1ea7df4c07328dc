package dev.sentinel.audit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A store that is open, empty before each test, and what its contracts do with it. */
public abstract class StoreContract {
    protected abstract EventStore store();

    protected static <T> T await(Future<T> future) {
        return future.timeout(20, TimeUnit.SECONDS).await();
    }

    final Events events = new Events(42);

    /** The whole log, once it holds so many events. */
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

    /** Waits until every event has its place, and not for long: a query has an index not wait for more events. */
    void settle() {
        await(store().agent("agent-1"));
        awaitPositions();
    }

    void awaitPositions() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (store().status().lag() > 0) {
            assertThat(System.nanoTime()).as("events are sequenced").isLessThan(deadline);
            Thread.onSpinWait();
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

    static AuditEvent withResource(AuditEvent e, String resource) {
        return new AuditEvent(
                e.eventId(),
                e.timestamp(),
                e.agentInstanceId(),
                e.traceId(),
                e.actor(),
                e.actionType(),
                resource,
                e.status(),
                e.latencyMs(),
                e.metadata());
    }

    static AuditEvent withLatency(AuditEvent e, int latencyMs) {
        return new AuditEvent(
                e.eventId(),
                e.timestamp(),
                e.agentInstanceId(),
                e.traceId(),
                e.actor(),
                e.actionType(),
                e.resource(),
                e.status(),
                latencyMs,
                e.metadata());
    }

    static AuditEvent withAgent(AuditEvent e, String agentInstanceId) {
        return new AuditEvent(
                e.eventId(),
                e.timestamp(),
                agentInstanceId,
                e.traceId(),
                e.actor(),
                e.actionType(),
                e.resource(),
                e.status(),
                e.latencyMs(),
                e.metadata());
    }

    static AuditEvent withTimestamp(AuditEvent e, Instant timestamp) {
        return new AuditEvent(
                e.eventId(),
                timestamp,
                e.agentInstanceId(),
                e.traceId(),
                e.actor(),
                e.actionType(),
                e.resource(),
                e.status(),
                e.latencyMs(),
                e.metadata());
    }
}
