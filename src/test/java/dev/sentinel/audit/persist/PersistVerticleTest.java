package dev.sentinel.audit.persist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.bus.LocalCodec;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.failure.Overloaded;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.store.EventAppender;
import dev.sentinel.audit.store.Events;
import dev.sentinel.audit.store.Outcome;
import dev.sentinel.audit.store.sqlite.SqliteEventStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class PersistVerticleTest {
    private static final StoreConfig CONFIG =
            SentinelConfig.fromEnvironment(Map.of("READERS", "1")).store();

    private static final int CAPACITY = 10;
    private static final int MAX_BATCH = 6;

    private final Events events = new Events(1);
    private Vertx vertx;
    private SqliteEventStore store;
    private GatedAppender gate;
    private Inbox inbox;
    private String deployment;

    /** The real store; a batch enters it when the test opens the gate. */
    private static final class GatedAppender implements EventAppender {
        private final EventAppender appender;
        private final List<List<AuditEvent>> batches = new ArrayList<>();
        private final List<Promise<Void>> gates = new ArrayList<>();
        private Context verticle;
        private String thread = "";
        private volatile boolean throwing;

        GatedAppender(EventAppender appender) {
            this.appender = appender;
        }

        @Override
        public synchronized Future<List<Outcome>> append(List<AuditEvent> batch) {
            if (throwing) {
                throw new IllegalStateException("broken");
            }
            Promise<Void> gate = Promise.promise();
            verticle = Vertx.currentContext();
            thread = Thread.currentThread().getName();
            batches.add(batch);
            gates.add(gate);
            notifyAll();
            return gate.future().compose(open -> appender.append(batch));
        }

        @Override
        public int parallelAppends() {
            return appender.parallelAppends();
        }

        @Override
        public Optional<Context> writerContext() {
            return appender.writerContext();
        }

        /** Waits until this many batches have reached the store. */
        synchronized List<Integer> sizes(int count) throws InterruptedException {
            while (batches.size() < count) {
                wait(10_000);
            }
            return batches.stream().map(List::size).toList();
        }

        /** The thread of the newest append. */
        synchronized String thread() {
            return thread;
        }

        void open(int batch) {
            onVerticle(() -> gates.get(batch).complete());
        }

        void fail(int batch, Throwable cause) {
            onVerticle(() -> gates.get(batch).fail(cause));
        }

        /** A store answers on the caller's context. */
        private synchronized void onVerticle(Runnable action) {
            verticle.runOnContext(now -> action.run());
        }
    }

    @BeforeEach
    void start(Vertx fresh, @TempDir Path directory) {
        vertx = fresh;
        LocalCodec.register(vertx);
        store = get(SqliteEventStore.open(vertx, directory.resolve("sentinel_audit.db"), CONFIG, Clock.systemUTC()));
        gate = new GatedAppender(store);
        inbox = new Inbox(vertx.eventBus(), CAPACITY);
        deployment = get(vertx.deployVerticle(new PersistVerticle(gate, inbox, MAX_BATCH, commit -> {})));
    }

    @AfterEach
    void stop() {
        if (vertx.deploymentIDs().contains(deployment)) {
            get(vertx.undeploy(deployment));
        }
        get(store.close());
    }

    @Test
    void requests_whileOneCommits_formTheNextBatches() throws Exception {
        Future<Appended> first = append(1);
        gate.sizes(1);
        List<Future<Appended>> others = List.of(append(1), append(2), append(3), append(3));
        gate.open(0);
        get(first);
        gate.sizes(2);
        gate.open(1);
        gate.sizes(3);
        gate.open(2);

        assertThat(others)
                .allMatch(reply -> get(reply).outcomes().stream().allMatch(Outcome.Captured.class::isInstance));
        assertThat(gate.sizes(3)).containsExactly(1, 6, 3);
    }

    /** Each hop between threads costs as much as some events. */
    @Test
    void commits_runOnTheThreadThatWrites() throws Exception {
        Future<Appended> reply = append(1);
        gate.sizes(1);
        gate.open(0);
        get(reply);

        assertThat(gate.thread()).startsWith("sentinel-log-writer");
    }

    @Test
    void request_beyondTheCapacity_isRefused() throws Exception {
        Future<Appended> first = append(1);
        gate.sizes(1);
        Future<Appended> second = append(CAPACITY - 1);

        assertThat(failure(append(1))).isInstanceOf(Overloaded.class);
        assertThat(inbox.depth()).as("without the commit that has begun").isEqualTo(CAPACITY - 1);
        gate.open(0);
        get(first);
        gate.sizes(2);
        gate.open(1);
        get(second);
        assertThat(inbox.depth()).isZero();
    }

    @Test
    void store_fails_allRequestsOfTheBatchFail() throws Exception {
        Future<Appended> first = append(1);
        gate.sizes(1);
        List<Future<Appended>> second = List.of(append(1), append(1));
        gate.open(0);
        get(first);
        gate.sizes(2);
        gate.fail(1, new Unavailable("pulled the plug"));

        assertThat(second)
                .allMatch(reply -> "pulled the plug".equals(failure(reply).getMessage()));
    }

    @Test
    void store_throws_theRequestFailsAndTheNextIsServed() throws Exception {
        gate.throwing = true;
        assertThat(failure(append(1))).isInstanceOf(Unavailable.class);

        gate.throwing = false;
        Future<Appended> next = append(1);
        gate.sizes(1);
        gate.open(0);
        assertThat(get(next).outcomes()).hasSize(1);
        assertThat(inbox.depth()).isZero();
    }

    @Test
    void append_persistenceHasStopped_fails() {
        get(vertx.undeploy(deployment));

        assertThat(failure(append(3))).isNotNull();
        assertThat(inbox.depth()).isZero();
    }

    @Test
    void stop_withRequestsWaiting_answersThemFirst() throws Exception {
        Future<Appended> first = append(1);
        gate.sizes(1);
        Future<Appended> second = append(1);
        Future<Void> stopped = vertx.undeploy(deployment);
        gate.open(0);
        gate.sizes(2);
        assertThat(stopped.isComplete()).isFalse();
        gate.open(1);

        get(stopped);
        assertThat(get(first).outcomes().size() + get(second).outcomes().size()).isEqualTo(2);
    }

    private Future<Appended> append(int count) {
        return inbox.append(new Append(events.next(count), 1));
    }

    private static <T> T get(Future<T> future) {
        return future.timeout(20, TimeUnit.SECONDS).await();
    }

    private static Throwable failure(Future<?> future) {
        return get(future.transform(result -> Future.succeededFuture(result.cause())));
    }
}
