package dev.sentinel.audit.query;

import dev.sentinel.audit.event.FieldError;
import dev.sentinel.audit.failure.ClientGone;
import dev.sentinel.audit.failure.Overloaded;
import dev.sentinel.audit.http.Caller;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.http.inflight.Permit;
import dev.sentinel.audit.store.EventFilter;
import dev.sentinel.audit.store.EventMatcher;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One request for the events after a position. Event loop of its connection, except where it says any thread. */
final class LogPoll {
    private static final int READ_EVENTS = 512;

    /** Events that a request reads before it answers with what it has: a filter may let nothing through. */
    private static final int MAX_EXAMINED = 20_000;

    /** Pause before the log is read again: a request that waits must not read once for each commit. */
    private static final long MIN_PAUSE_MS = 25;

    private static final long MAX_PAUSE_MS = 400;
    private static final long NO_TIMER = -1;

    /**
     * What the client asks for.
     *
     * @param after the position before the first event; -1 is before the log
     */
    record Wanted(EventFilter filter, boolean sealed, int limit, long after) {}

    private final LogPolls shared;
    private final RoutingContext ctx;
    private final Wanted wanted;
    private final EventMatcher matcher;
    private final Context context;
    private final BooleanSupplier authorized;
    private final long deadlineNanos;
    private final Runnable onGrowth = this::grown;
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /** The position of the next event to read. */
    private long next;

    private boolean positionIsKnown;
    private boolean reading;

    /** Whether to answer whatever is found. */
    private boolean last;

    private boolean done;
    private long pauseMs = MIN_PAUSE_MS;
    private long timer = NO_TIMER;
    private @Nullable Permit place;

    LogPoll(LogPolls shared, RoutingContext ctx, Wanted wanted, Duration wait) {
        this.shared = shared;
        this.ctx = ctx;
        this.wanted = wanted;
        this.matcher = EventMatcher.of(wanted.filter());
        this.context = shared.vertx().getOrCreateContext();
        this.authorized = Caller.stillAuthorized(ctx);
        this.deadlineNanos = System.nanoTime() + wait.toNanos();
        this.next = wanted.after() + 1;
        this.positionIsKnown = wanted.after() < 0;
    }

    void start() {
        ctx.addEndHandler(ended -> stop());
        // A response that was closed before has no end that could be handled.
        if (ctx.response().closed()) {
            stop();
        } else {
            read();
        }
    }

    private void readAndAnswer() {
        last = true;
        read();
    }

    /** Reads what is there, and answers or waits. */
    private void read() {
        if (reading || done) {
            return;
        }
        reading = true;
        // The place first: a request that waits for one must not hold the memory that other answers need.
        shared.reads()
                .take(LogPolls.client(ctx), 1)
                .compose(turn -> Answer.sendIfAny(ctx, shared.limits(), () -> page().onComplete(read -> turn.release()))
                        .onComplete(sent -> turn.release()))
                .onComplete(sent -> {
                    reading = false;
                    if (sent.failed()) {
                        failed(sent.cause());
                    } else if (sent.result()) {
                        stop();
                    } else {
                        waitForMore();
                    }
                });
    }

    /** A request that waits is not lost because others are served first. */
    private void failed(Throwable cause) {
        if (cause instanceof Overloaded && place != null && !last) {
            waitForMore();
            return;
        }
        stop();
        ctx.fail(cause);
    }

    private Future<Optional<Answer>> page() {
        PollPage page = new PollPage(matcher, wanted.sealed(), wanted.limit(), next);
        return check().compose(known -> fill(page, next)).map(more -> {
            next = page.next();
            boolean nothing = page.isEmpty() && !more && !last && remainingMs() > 0 && !shared.isEnding();
            return nothing ? Optional.empty() : Optional.of(answer(page, more));
        });
    }

    /** After a restore the log may be shorter than the client knows: it would wait, and miss what comes first. */
    private Future<Void> check() {
        if (positionIsKnown || wanted.after() < shared.log().end()) {
            positionIsKnown = true;
            return Future.succeededFuture();
        }
        return shared.log().read(wanted.after(), 1).map(found -> {
            positionIsKnown = !found.isEmpty();
            if (!positionIsKnown) {
                throw new Problem(
                                422,
                                "A query parameter is not valid.",
                                List.of(new FieldError(
                                        "/query/after",
                                        "is not a position of this log: it was restored or replaced; begin again"
                                                + " with after=-1")))
                        .asException();
            }
            return null;
        });
    }

    /** Completes with whether there may be more events behind those that were read. */
    private Future<Boolean> fill(PollPage page, long from) {
        if (ctx.response().closed()) {
            return Future.failedFuture(new ClientGone("the connection was closed while the log was read"));
        }
        return shared.log().read(page.next(), READ_EVENTS).compose(events -> {
            page.addAll(events);
            if (events.isEmpty()) {
                return Future.succeededFuture(false);
            }
            return page.isFull() || page.next() - from >= MAX_EXAMINED
                    ? Future.succeededFuture(true)
                    : fill(page, from);
        });
    }

    private Answer answer(PollPage page, boolean more) {
        if (!authorized.getAsBoolean()) {
            throw new Problem(401, "The key is no longer valid.").asException();
        }
        return Answer.of(page.json().length(), body -> {
            body.json().writeStartObject();
            body.json().writeArrayFieldStart("events");
            body.elements(page.json());
            body.json().writeEndArray();
            body.json().writeNumberField("next_after", page.next() - 1);
            body.json().writeBooleanField("more", more);
            body.json().writeEndObject();
        });
    }

    private void waitForMore() {
        if (done) {
            return;
        }
        if (last) {
            read();
            return;
        }
        if (place != null) {
            listen();
            return;
        }
        shared.waiting().take(LogPolls.client(ctx), 1).onComplete(taken -> {
            if (taken.failed()) {
                readAndAnswer();
            } else if (done) {
                taken.result().release();
            } else {
                place = taken.result();
                place.onRevoke(() -> context.runOnContext(now -> readAndAnswer()));
                listen();
            }
        });
    }

    private void listen() {
        scheduled.set(false);
        cancelTimer();
        timer = shared.vertx().setTimer(Math.max(1, remainingMs()), late -> readAndAnswer());
        shared.whenGrown(onGrowth);
        // What has grown before that is not told again.
        if (shared.log().end() > next || shared.isEnding()) {
            grown();
        }
    }

    /** Any thread. */
    private void grown() {
        if (scheduled.compareAndSet(false, true)) {
            context.runOnContext(now -> readSoon());
        }
    }

    private void readSoon() {
        shared.forget(onGrowth);
        cancelTimer();
        if (done) {
            return;
        }
        long pause = shared.isEnding() ? 1 : Math.max(1, Math.min(pauseMs, remainingMs()));
        pauseMs = Math.min(MAX_PAUSE_MS, 2 * pauseMs);
        timer = shared.vertx().setTimer(pause, passed -> read());
    }

    private long remainingMs() {
        return Duration.ofNanos(deadlineNanos - System.nanoTime()).toMillis();
    }

    private void cancelTimer() {
        if (timer != NO_TIMER) {
            shared.vertx().cancelTimer(timer);
            timer = NO_TIMER;
        }
    }

    private void stop() {
        done = true;
        shared.forget(onGrowth);
        cancelTimer();
        if (place != null) {
            place.release();
        }
    }
}
