package dev.sentinel.audit.client;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.TraceParent;
import dev.sentinel.audit.redact.RedactionRules;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Records an agent's events and sends them to the server. Thread-safe; one client per process is enough. Recording
 * takes about a microsecond, never throws and, by default, never blocks. Background threads send events in batches and
 * retry until the server has decided on them. An event that is lost nevertheless is counted, logged and reported to the
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
    private final ClientSettings settings;
    private final Clock clock;
    private final Ledger ledger;
    private final EventBuffer buffer;
    private final Sender sender;
    private final ServerRules rules;
    private final Closing closing;
    private final EventIds ids = new EventIds();
    private final OpenTelemetry openTelemetry = OpenTelemetry.find();
    private final Steps steps = new Steps();
    /** Not static, because each client has its own scopes. */
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<@Nullable TraceScope> scopes = new ThreadLocal<>();
    /** Encoders are not thread-safe, so each thread has its own. */
    private final ThreadLocal<EventEncoder> encoders;

    private final CountDownLatch closed = new CountDownLatch(1);
    private final @Nullable Thread shutdownHook;

    /** The trace of events that have no other. */
    private final String ownTrace;

    AuditClient(
            ClientSettings settings,
            EventBuffer buffer,
            Ledger ledger,
            Closing closing,
            Sender sender,
            ServerRules rules,
            Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.ledger = ledger;
        this.buffer = buffer;
        this.sender = sender;
        this.closing = closing;
        this.rules = rules;
        this.encoders = ThreadLocal.withInitial(() -> new EventEncoder(rules.current()));
        this.ownTrace = newTrace();
        this.shutdownHook = settings.closeOnShutdown() ? addShutdownHook() : null;
    }

    /** Null if the JVM is shutting down already: then only the agent can close the client. */
    private @Nullable Thread addShutdownHook() {
        try {
            Thread hook = new Thread(this::close, "sentinel-audit-shutdown");
            Runtime.getRuntime().addShutdownHook(hook);
            return hook;
        } catch (IllegalStateException shuttingDown) {
            return null;
        }
    }

    /** Starts the configuration of a client. */
    public static AuditClientBuilder builder() {
        return new AuditClientBuilder();
    }

    /**
     * Records an event. Never throws: if {@code event} throws, the event is rejected. A value that cannot be read, or
     * that is too large, does not cost the event; see {@link EventBuilder}.
     *
     * @param event describes what happened; called on this thread, before this method returns
     */
    public void record(Consumer<EventBuilder> event) {
        ledger.recorded.increment();
        UUID id = null;
        try {
            EventBuilder builder = new EventBuilder();
            event.accept(builder);
            Instant now = clock.instant();
            id = builder.eventId == null ? ids.next(now.toEpochMilli()) : builder.eventId;
            EventEncoder encoder = encoder().available();
            byte[] json = encoder.encode(builder, id, now, defaults(builder));
            if (json == null) {
                ledger.unusable(id.toString(), encoder.problem());
            } else {
                keep(json);
            }
        } catch (Throwable e) {
            // Errors too: a value's toString may miss a class or run out of memory.
            ledger.unreadable(id == null ? null : id.toString(), e);
        }
    }

    /** This thread's encoder, which a new one replaces when the server's rules are known. */
    private EventEncoder encoder() {
        EventEncoder encoder = encoders.get();
        RedactionRules current = rules.current();
        if (!encoder.rules().equals(current)) {
            encoder = new EventEncoder(current);
            encoders.set(encoder);
        }
        return encoder;
    }

    private EventDefaults defaults(EventBuilder event) {
        TraceScope scope = scopes.get();
        Span spanned = openTelemetry.span();
        String traceId = event.traceId == null ? trace(scope, spanned) : event.traceId;
        String enclosing = steps.enclosing(traceId, spanned);
        return new EventDefaults(
                or(scope == null ? null : scope.agentInstanceId(), settings.agentInstanceId()),
                traceId,
                // The event may stand for the span of OpenTelemetry itself.
                enclosing == null || enclosing.equals(event.spanId) ? null : enclosing,
                or(scope == null ? null : scope.sessionId(), settings.sessionId()),
                or(scope == null ? null : scope.onBehalfOf(), settings.onBehalfOf()));
    }

    private static @Nullable String or(@Nullable String scoped, @Nullable String ofClient) {
        return scoped == null ? ofClient : scoped;
    }

    private String trace(@Nullable TraceScope scope, @Nullable Span spanned) {
        if (scope != null && !scope.traceId().isEmpty()) {
            return scope.traceId();
        }
        return spanned == null ? ownTrace : spanned.traceId();
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
     * Runs a call and records its duration and whether it succeeded. An exception is recorded and rethrown. The event
     * has a new span id, which what this thread records within the call has as its parent.
     */
    public <T extends @Nullable Object, E extends Exception> T traced(
            String resource, ActionType type, TracedCall<T, E> call) throws E {
        Steps.Step outer = steps.current();
        Traced traced = begin(resource, type);
        steps.set(traced.step());
        Throwable failure = null;
        try {
            return call.call();
        } catch (Throwable e) {
            failure = e;
            throw e;
        } finally {
            steps.set(outer);
            long now = System.nanoTime();
            Throwable cause = failure;
            record(event -> traced.describe(event, now, cause));
        }
    }

    private Traced begin(String resource, ActionType type) {
        Span spanned = openTelemetry.span();
        String traceId = trace(scopes.get(), spanned);
        Steps.Step step = new Steps.Step(new Span(traceId, ids.nextSpan()), spanned);
        return new Traced(resource, type, step, steps.enclosing(traceId, spanned), clock.instant(), System.nanoTime());
    }

    /** Runs an action without a result; see above. */
    public <E extends Exception> void traced(String resource, ActionType type, TracedAction<E> action) throws E {
        this.<@Nullable Void, E>traced(resource, type, () -> {
            action.run();
            return null;
        });
    }

    /** Begins a scope with the trace of the current OpenTelemetry span, or with a new trace if there is no span. */
    public TraceScope trace() {
        Span spanned = openTelemetry.span();
        return trace(spanned == null ? newTrace() : spanned.traceId());
    }

    /** Begins a scope with this trace and the agent of the enclosing scope. */
    public TraceScope trace(String traceId) {
        return open(traceId, null);
    }

    private TraceScope open(String traceId, Steps.@Nullable Step step) {
        TraceScope outer = scopes.get();
        return TraceScope.open(scopes, steps, traceId, outer == null ? null : outer.agentInstanceId(), step);
    }

    /** Begins a scope with this trace and another agent than the client's. */
    public TraceScope trace(String traceId, String agentInstanceId) {
        return TraceScope.open(scopes, steps, traceId, agentInstanceId, null);
    }

    /**
     * Begins a scope with the trace of an incoming request, within the step that sent it.
     *
     * @param traceparent the request's header field of that name (W3C Trace Context); if null or invalid, a new trace
     *     begins
     */
    public TraceScope traceOf(@Nullable String traceparent) {
        TraceParent sender = TraceParent.parse(traceparent);
        return sender == null
                ? trace()
                : open(sender.traceId(), new Steps.Step(new Span(sender.traceId(), sender.parentId()), null));
    }

    /** Creates a trace id of 32 hexadecimal digits, like those of W3C Trace Context. */
    private String newTrace() {
        return ids.next(clock.millis()).toString().replace("-", "");
    }

    /**
     * Waits until the server has decided on every event that was recorded before this call.
     *
     * @return false if the time ran out first
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public boolean flush(Duration atMost) throws InterruptedException {
        return sender.flush(atMost);
    }

    /** Counts since the start. They are read one after the other, so they may not add up while events are moving. */
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
     * Sends the remaining events and closes the client, within the configured close timeout. Events that could not be
     * sent in time stay in the spill directory; without one, they are dropped, counted and logged. Events recorded from
     * now on are dropped. A second call waits for the first. The JVM calls this when it shuts down, unless
     * {@link AuditClientBuilder#closeOnShutdown} says otherwise.
     */
    @Override
    public void close() {
        close(settings.closeTimeout());
    }

    /** Closes the client within another time; see {@link #close()}. */
    public void close(Duration atMost) {
        if (!closing.begin(atMost)) {
            awaitOther();
            return;
        }
        rules.stop();
        sender.close();
        buffer.close();
        ledger.lifecycle("client closed " + stats().line());
        removeShutdownHook();
        closed.countDown();
    }

    /** Waits for the thread that closes the client. The JVM may exit as soon as this thread ends. */
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
            // The hook is running, or has run.
        }
    }
}
