package dev.sentinel.audit.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs sender threads against a server that answers the statuses of a test, then 201. */
final class SenderTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int BATCH = 4;

    private final Deque<Integer> statuses = new ConcurrentLinkedDeque<>();
    private final List<Integer> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger defects = new AtomicInteger();
    private final Ledger ledger = new Ledger(new AuditListener() {});
    private final Closing closing = new Closing();
    private HttpServer server;
    private @Nullable Sender sender;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        if (sender != null) {
            closing.begin(Duration.ZERO);
            sender.close();
        }
        server.stop(0);
    }

    @Test
    void run_defectWithinBatch_resendsAndCountsOnlyTheRest() throws Exception {
        MemoryBuffer buffer = new MemoryBuffer(100, 100_000);
        fill(buffer);
        statuses.addAll(List.of(413, 201, 503));
        defects.set(1);
        Sender running = start(buffer);

        assertThat(running.flush(TIMEOUT)).isTrue();
        assertThat(requests).containsExactly(4, 2, 2, 2);
        assertThat(ledger.sent.sum()).isEqualTo(BATCH);
    }

    @Test
    void run_takeFails_continues() throws Exception {
        MemoryBuffer buffer = new MemoryBuffer(100, 100_000);
        fill(buffer);
        defects.set(1);
        Sender running = start(withTake(buffer, () -> {
            fail();
            return buffer.take(BATCH, 100_000);
        }));

        assertThat(running.flush(TIMEOUT)).isTrue();
        assertThat(ledger.sent.sum()).isEqualTo(BATCH);
    }

    @Test
    void run_nothingCanBeTaken_waits() throws Exception {
        MemoryBuffer buffer = new MemoryBuffer(100, 100_000);
        fill(buffer);
        AtomicInteger takes = new AtomicInteger();
        Sender running = start(withTake(buffer, () -> {
            takes.incrementAndGet();
            return null;
        }));

        assertThat(running.flush(Duration.ofMillis(1))).isFalse();
        awaitParked(running);
        assertThat(takes).hasValueLessThan(5);
    }

    /** The thread may lose the processor between finding nothing and asking whether closing has begun. */
    @Test
    @Timeout(60)
    void close_beginsAfterNothingWasTaken_sendsWhatWasOfferedUntilThen() {
        MemoryBuffer buffer = new MemoryBuffer(100, 100_000);
        Sender running = start(withTake(buffer, () -> {
            Batch taken = buffer.take(BATCH, 100_000);
            if (taken == null && !closing.hasBegun()) {
                fill(buffer);
                closing.begin(TIMEOUT);
            }
            return taken;
        }));
        awaitParked(running);
        running.full();

        awaitSent(BATCH);
    }

    @Test
    void full_batchNotFull_isSent() throws Exception {
        MemoryBuffer buffer = new MemoryBuffer(100, 100_000);
        Sender running = start(buffer);
        awaitParked(running);
        buffer.offer(event(0));
        running.full();

        awaitSent(1);
    }

    private void awaitSent(int events) {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (ledger.sent.sum() < events) {
            assertThat(System.nanoTime()).as("time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    /** Waits until the sender's thread waits for events. */
    private static void awaitParked(Sender sender) {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> LockSupport.getBlocker(thread) == sender)) {
            assertThat(System.nanoTime()).as("time").isLessThan(deadline);
        }
    }

    private Sender start(EventBuffer buffer) {
        URI events = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        Backoff backoff = new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), () -> {
            fail();
            return 0;
        });
        Sender starting = new Sender(
                buffer,
                ledger,
                closing,
                1,
                BATCH,
                100_000,
                Duration.ofHours(1),
                () -> new Delivery(
                        new HttpTransport(events, null, TIMEOUT, null),
                        new AnswerReader(Clock.systemUTC()),
                        new BatchBody(100_000),
                        backoff,
                        TIMEOUT,
                        closing,
                        ledger));
        sender = starting;
        starting.start();
        return starting;
    }

    private static EventBuffer withTake(EventBuffer buffer, Supplier<@Nullable Batch> take) {
        return (EventBuffer) Proxy.newProxyInstance(
                EventBuffer.class.getClassLoader(),
                new Class<?>[] {EventBuffer.class},
                (proxy, method, arguments) ->
                        method.getName().equals("take") ? take.get() : method.invoke(buffer, arguments));
    }

    /** Throws while there are defects left. */
    private void fail() {
        if (defects.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new NoClassDefFoundError("a defect");
        }
    }

    private static void fill(EventBuffer buffer) {
        for (int i = 0; i < BATCH; i++) {
            buffer.offer(event(i));
        }
    }

    private static byte[] event(int i) {
        return ("{\"event_id\":\"00000000-0000-0000-0000-00000000000" + i + "\"}").getBytes(UTF_8);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        int events = (int) body.lines().count();
        requests.add(events);
        Integer status = statuses.poll();
        byte[] answer = ("{\"captured\":" + events + ",\"duplicate\":0,\"rejected\":[]}").getBytes(UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(status == null ? 201 : status, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }
}
