package dev.sentinel.audit.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.Events;
import dev.sentinel.audit.store.Found;
import dev.sentinel.audit.store.FoundEvents;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The database cuts off a page of a thousand of the largest events: it must not send 64 MB that the server discards.
 */
@ExtendWith(PostgresVertx.class)
final class LargeEventsTest {
    private static final int EVENTS = 1_001;
    private static final long MAX_ANSWER = 3 << 20;

    private final String url = PostgresServer.shared().newSchema();
    private final AtomicLong received = new AtomicLong();

    private PostgresEventStore store;

    @BeforeEach
    void open(Vertx vertx) {
        NetClient client = vertx.createNetClient();
        NetServer counting = vertx.createNetServer();
        counting.connectHandler(ours -> {
            ours.pause();
            client.connect(PostgresServer.shared().port(), "localhost").onSuccess(theirs -> {
                theirs.closeHandler(closed -> ours.close());
                ours.closeHandler(closed -> theirs.close());
                ours.handler(theirs::write);
                theirs.handler(bytes -> count(bytes.length(), ours.write(bytes), theirs));
                ours.resume();
            });
        });
        int port = await(counting.listen(0, "localhost")).actualPort();
        StoreConfig config = SentinelConfig.fromEnvironment(Map.of(
                        "DATABASE_URL",
                        url.replace(":" + PostgresServer.shared().port() + "/", ":" + port + "/")))
                .store();
        store = await(PostgresEventStore.open(vertx, (Database.Postgres) config.database(), config, Clock.systemUTC()));
        insertLargeEvents();
    }

    private void count(int bytes, Future<Void> written, NetSocket theirs) {
        received.addAndGet(bytes);
        theirs.pause();
        written.onSuccess(done -> theirs.resume());
    }

    private void insertLargeEvents() {
        PostgresServer.shared()
                .execute("INSERT INTO " + url.substring(url.indexOf("search_path=") + 12)
                        + ".audit_events (event_id, timestamp, agent_instance_id, trace_id, actor, action_type,"
                        + " resource, status, metadata, received_at) SELECT gen_random_uuid(), '" + Events.START
                        + "'::timestamptz + i % 100 * interval '1 second', 'a' || i % 3, 't', 'agent', 'tool_call',"
                        + " 'r', 'error',"
                        + " '{\"i\":' || i || ',\"large\":\"' || repeat(md5(i::text), 2046) || '\"}', now()"
                        + " FROM generate_series(1, " + EVENTS + ") i");
    }

    @AfterEach
    void close() {
        await(store.close());
    }

    @Test
    void search_largeEvents_sendsNoMoreThanAPage() {
        EventQuery query = EventQuery.all(1_000);
        List<StoredEvent> found = new ArrayList<>();
        FoundEvents page;
        do {
            long before = received.get();
            page = await(store.search(query));
            assertThat(received.get() - before).isLessThan(MAX_ANSWER);
            assertThat(page.json().length()).isLessThanOrEqualTo(2 << 20);
            found.addAll(Found.events(page));
            query = query.after(page.next());
        } while (page.next() != null);

        assertThat(found)
                .hasSize(EVENTS)
                .extracting(event -> event.event().eventId())
                .doesNotHaveDuplicates();
    }

    @Test
    void read_largeEvents_sendsNoMoreThanASlice() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (store.status().indexed() < EVENTS) {
            assertThat(System.nanoTime()).as("events are sequenced").isLessThan(deadline);
            Thread.onSpinWait();
        }
        long next = 0;
        while (next < EVENTS) {
            long before = received.get();
            List<StoredEvent> slice = await(store.read(next, 1_000));
            assertThat(received.get() - before).isLessThan(MAX_ANSWER);
            assertThat(slice).isNotEmpty().extracting(StoredEvent::seq).startsWith(next);
            next += slice.size();
        }
    }

    private static <T> T await(Future<T> future) {
        return future.timeout(20, TimeUnit.SECONDS).await();
    }
}
