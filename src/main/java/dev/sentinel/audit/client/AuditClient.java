package dev.sentinel.audit.client;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.EventStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What an agent records its events with. Thread-safe; one for a process is enough. Recording costs about a microsecond,
 * never throws and, unless the client is told to, never waits; events are sent in batches by threads of the client,
 * again and again until the server has decided on them. What is lost nevertheless is counted, logged, and told to the
 * listener.
 *
 * <pre>{@code
 * try (AuditClient audit = AuditClient.builder()
 *         .endpoint("http://localhost:8000")
 *         .agentInstanceId("billing-agent-7")
 *         .build()) {
 *     audit.record(event -> event.traceId(run).toolCall("web_search").latency(took).metadata("query_length", 42));
 *     String page = audit.traced("web_search", ActionType.TOOL_CALL, () -> search(query));
 * }
 * }</pre>
 */
public final class AuditClient implements AutoCloseable {
    private static final int MAX_ERROR = 500;

    private final ClientSettings settings;
    private final Clock clock;
    private final Ledger ledger;
    private final EventBuffer buffer;
    private final Sender sender;
    private final Closing closing;
    private final EventIds ids = new EventIds();
    private final OpenTelemetry openTelemetry = OpenTelemetry.find();
    /** Of this client: another one's scopes are none of this one's business. */
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<@Nullable TraceScope> scopes = new ThreadLocal<>();
    /** Each thread has its own, with the rules of this client; it goes with the thread or the client. */
    private final ThreadLocal<EventEncoder> encoders;

    private final CountDownLatch closed = new CountDownLatch(1);
    private final @Nullable Thread shutdownHook;

    /** The trace of events that belong to no other. */
    private final String ownTrace;

    AuditClient(
            ClientSettings settings, EventBuffer buffer, Ledger ledger, Closing closing, Sender sender, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.ledger = ledger;
        this.buffer = buffer;
        this.sender = sender;
        this.closing = closing;
        this.encoders = ThreadLocal.withInitial(() -> new EventEncoder(settings.redaction()));
        this.ownTrace = newTrace();
        this.shutdownHook = settings.closeOnShutdown() ? new Thread(this::close, "sentinel-audit-shutdown") : null;
        if (shutdownHook != null) {
            Runtime.getRuntime().addShutdownHook(shutdownHook);
        }
    }

    /** A client is made by this. */
    public static AuditClientBuilder builder() {
        return new AuditClientBuilder();
    }

    /**
     * Records an event. Never throws: what the event's values or {@code event} itself throw makes it a rejected one.
     *
     * @param event says what happened, on this thread, before this method returns
     */
    public void record(Consumer<EventBuilder> event) {
        ledger.recorded.increment();
        UUID id = null;
        try {
            EventBuilder builder = new EventBuilder();
            event.accept(builder);
            Instant now = clock.instant();
            id = builder.eventId == null ? ids.next(now.toEpochMilli()) : builder.eventId;
            EventEncoder encoder = encoders.get().free();
            TraceScope scope = scopes.get();
            byte[] json = encoder.encode(builder, id, now, agent(scope), builder.traceId == null ? trace(scope) : "");
            if (json == null) {
                ledger.unusable(id.toString(), encoder.problem());
            } else {
                keep(json);
            }
        } catch (Throwable e) {
            // Errors too: a value's text may come from a class that is missing, or need more memory than there is.
            ledger.unreadable(id == null ? null : id.toString(), e);
        }
    }

    private @Nullable String agent(@Nullable TraceScope scope) {
        String scoped = scope == null ? null : scope.agentInstanceId();
        return scoped == null ? settings.agentInstanceId() : scoped;
    }

    private String trace(@Nullable TraceScope scope) {
        if (scope != null) {
            return scope.traceId();
        }
        String spanned = openTelemetry.traceId();
        return spanned == null ? ownTrace : spanned;
    }

    private void keep(byte[] event) {
        if (closing.hasBegun()) {
            ledger.dropped(1, "recorded after the client was closed");
            return;
        }
        EventBuffer.Offer offer = buffer.offer(event);
        if (offer == EventBuffer.Offer.FULL) {
            offer = offerAgain(event);
        }
        if (offer == EventBuffer.Offer.ACCEPTED) {
            sender.accepted();
        } else {
            ledger.dropped(
                    1,
                    offer == EventBuffer.Offer.FULL ? "the buffer is full" : "the spill directory cannot be written");
        }
    }

    private EventBuffer.Offer offerAgain(byte[] event) {
        Duration timeout = settings.whenFull().timeout();
        ledger.full(timeout.isZero() ? "drop-newest" : "block");
        sender.full();
        if (timeout.isZero()) {
            return EventBuffer.Offer.FULL;
        }
        try {
            return sender.offerUntil(event, System.nanoTime() + timeout.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return EventBuffer.Offer.FULL;
        }
    }

    /**
     * Does something and records it: what it was, how long it took, and whether it ended well. What it throws is
     * recorded and thrown on.
     */
    public <T extends @Nullable Object, E extends Exception> T traced(
            String resource, ActionType type, TracedCall<T, E> call) throws E {
        Instant begin = clock.instant();
        long start = System.nanoTime();
        try {
            T result = call.call();
            recordTraced(resource, type, begin, start, null);
            return result;
        } catch (Throwable e) {
            recordTraced(resource, type, begin, start, e);
            throw e;
        }
    }

    /** The same for what has no result. */
    public <E extends Exception> void traced(String resource, ActionType type, TracedAction<E> action) throws E {
        this.<@Nullable Void, E>traced(resource, type, () -> {
            action.run();
            return null;
        });
    }

    private void recordTraced(String resource, ActionType type, Instant begin, long start, @Nullable Throwable cause) {
        long nanos = System.nanoTime() - start;
        record(event -> {
            event.action(type, resource).timestamp(begin).latency(Duration.ofNanos(nanos));
            if (cause != null) {
                String message = String.valueOf(cause.getMessage());
                event.status(EventStatus.ERROR)
                        .metadata("error_type", cause.getClass().getName())
                        .metadata(
                                "error_message",
                                message.length() <= MAX_ERROR ? message : message.substring(0, MAX_ERROR) + "…");
            }
        });
    }

    /** Begins a scope of a new trace, or of that of the current span of OpenTelemetry, if there is one. */
    public TraceScope trace() {
        String spanned = openTelemetry.traceId();
        return trace(spanned == null ? newTrace() : spanned);
    }

    /** Begins a scope of this trace. The agent is that of the scope around it. */
    public TraceScope trace(String traceId) {
        TraceScope outer = scopes.get();
        return TraceScope.open(scopes, traceId, outer == null ? null : outer.agentInstanceId());
    }

    /** Begins a scope in which another agent acts than the one that the client speaks for. */
    public TraceScope trace(String traceId, String agentInstanceId) {
        return TraceScope.open(scopes, traceId, agentInstanceId);
    }

    /**
     * Begins a scope of the trace that a request belongs to.
     *
     * @param traceparent the request's field of that name (W3C Trace Context); if it is null or not valid, a new trace
     *     begins
     */
    public TraceScope traceOf(@Nullable String traceparent) {
        String traceId = TraceParent.traceId(traceparent);
        return traceId == null ? trace() : trace(traceId);
    }

    /** 32 hexadecimal digits, as those of W3C Trace Context are. */
    private String newTrace() {
        return ids.next(clock.millis()).toString().replace("-", "");
    }

    /**
     * Waits until everything that was recorded before is sent, or otherwise decided on.
     *
     * @return whether it is
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public boolean flush(Duration atMost) throws InterruptedException {
        return sender.flush(atMost);
    }

    /** What was done so far; one after the other, so that while events move the numbers need not add up. */
    public ClientStats stats() {
        return new ClientStats(
                ledger.recorded.sum(),
                ledger.recovered.sum(),
                ledger.sent.sum(),
                ledger.duplicates.sum(),
                ledger.rejected.sum(),
                ledger.dropped.sum(),
                ledger.retried.sum(),
                ledger.spilled.sum(),
                sender.waiting(),
                buffer.pendingBytes());
    }

    /**
     * Sends what is left and ends the client, within the time that it was built with. Then what could not be sent is
     * dropped, counted and logged, or stays in the spill directory. Events recorded from now on are dropped. Called
     * again, it waits for the first call.
     */
    @Override
    public void close() {
        close(settings.closeTimeout());
    }

    /** The same within another time. */
    public void close(Duration atMost) {
        if (!closing.begin(atMost)) {
            awaitOther();
            return;
        }
        sender.close();
        buffer.close();
        ledger.lifecycle("client closed " + stats().line());
        removeShutdownHook();
        closed.countDown();
    }

    /** Another thread closes it; if this one is the JVM's last, it must not be faster. */
    private void awaitOther() {
        try {
            closed.await(closing.left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void removeShutdownHook() {
        try {
            if (shutdownHook != null && Thread.currentThread() != shutdownHook) {
                Runtime.getRuntime().removeShutdownHook(shutdownHook);
            }
        } catch (IllegalStateException alreadyShuttingDown) {
            // Then it has nothing left to do.
        }
    }
}
