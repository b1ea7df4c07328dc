package dev.sentinel.audit.cli;

import dev.sentinel.audit.cli.demo.DemoEvent;
import dev.sentinel.audit.client.AuditClient;
import dev.sentinel.audit.client.AuditListener;
import dev.sentinel.audit.client.Rejection;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Sends events with the SDK, as an agent does, but gives up soon, because a person waits at a terminal. One thread. */
final class DemoClient implements AutoCloseable {
    /** Enough for a server that is overloaded for a moment; an absent server is reported within two seconds. */
    private static final int MAX_FAILURES = 3;

    /** Far below the capacity of the client's buffer. */
    private static final int BATCH = 1_000;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LOOK = Duration.ofMillis(50);

    /** Short, because the events that are left by then were given up before. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(200);

    /** Silenced: the command itself reports a problem in one line. */
    private final Logger clientLog = Logger.getLogger(AuditClient.class.getPackageName());

    private final @Nullable Level clientLogLevel = clientLog.getLevel();

    /** The first problem; set on the threads of the client. */
    private final AtomicReference<@Nullable String> problem = new AtomicReference<>();

    private final AuditClient client;

    /**
     * Connects to nothing yet.
     *
     * @param token null for none
     * @throws IllegalArgumentException if the URL or the token is not valid
     */
    DemoClient(URI url, @Nullable String token) {
        clientLog.setLevel(Level.OFF);
        client = AuditClient.builder()
                .endpoint(url.toString())
                .token(token)
                .inFlight(1)
                .backoff(FIRST_PAUSE, LONGEST_PAUSE)
                .closeTimeout(CLOSE_TIMEOUT)
                .listener(new Problems())
                .build();
    }

    /**
     * Returns when the server has stored all of these events.
     *
     * @throws IOException if the server does not store them; the message says why
     */
    void send(List<DemoEvent> events) throws IOException, InterruptedException {
        for (int from = 0; from < events.size(); from += BATCH) {
            sendBatch(events.subList(from, Math.min(events.size(), from + BATCH)));
        }
    }

    private void sendBatch(List<DemoEvent> events) throws IOException, InterruptedException {
        events.forEach(event -> client.record(event::describeTo));
        boolean decided = false;
        while (!decided && problem.get() == null) {
            decided = client.flush(LOOK);
        }
        if (problem.get() != null) {
            throw new IOException(problem.get());
        }
    }

    @Override
    public void close() {
        client.close();
        clientLog.setLevel(clientLogLevel);
    }

    private final class Problems implements AuditListener {
        @Override
        public void retrying(int failures, String reason, Duration pause) {
            if (failures >= MAX_FAILURES) {
                problem.compareAndSet(null, reason);
            }
        }

        @Override
        public void rejected(Rejection rejection) {
            problem.compareAndSet(null, "answered " + rejection.status() + ": " + rejection.detail());
        }

        @Override
        public void dropped(long events, String reason) {
            problem.compareAndSet(null, reason);
        }
    }
}
