package dev.sentinel.audit.query.stream;

import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.store.LogReader;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Follows the log for all streams of the process. Deploy once, on an event loop, before there are streams. End the
 * streams ({@link #endStreams}) before stopping the HTTP server.
 */
public final class FanOut extends VerticleBase {
    /**
     * Shortest pause between two reads. Each read costs every stream a write and its client a wake-up. So a thousand
     * events a second that were committed one by one are sent as forty groups, with a delay that is not noticeable.
     */
    private static final long PAUSE_MS = 25;

    /** Pause after a failure, or if the log lacks events that were announced. */
    private static final long RETRY_MS = 1_000;

    static final String STOPPING = "the server is stopping";

    private static final int MAX_EVENTS = 1_000;

    /** After a read of at least this size, the next read follows without a pause. */
    private static final int BUSY_EVENTS = 250;

    private static final long NO_TIMER = -1;

    private final LogReader log;
    private final AtomicLong announced = new AtomicLong();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /** The event loops that have streams, and the number of their streams. */
    private final Map<LoopStreams, Integer> loops = new HashMap<>();

    private long next;
    private boolean reading;
    private long timer = NO_TIMER;
    private long readAtNanos = System.nanoTime();

    // Volatile: read on other threads.
    private volatile boolean ending;

    public FanOut(LogReader log) {
        this.log = log;
    }

    @Override
    public Future<?> start() {
        log.onSequenced(this::onSequenced);
        announced.accumulateAndGet(log.end(), Math::max);
        return Future.succeededFuture();
    }

    /** Ends every stream and refuses new ones; completes when all have ended. Any thread. */
    public Future<Void> endStreams() {
        ending = true;
        Promise<Void> ended = Promise.promise();
        context.runOnContext(now -> {
            List<Future<?>> endings = new ArrayList<>();
            for (LoopStreams loop : loops.keySet()) {
                Promise<Void> loopEnded = Promise.promise();
                loop.context().runOnContext(there -> loop.endAll().onComplete(loopEnded));
                endings.add(loopEnded.future());
            }
            Future.join(endings).<Void>mapEmpty().onComplete(ended);
        });
        return ended.future();
    }

    /** Whether new streams are refused. Any thread. */
    boolean isEnding() {
        return ending;
    }

    /** The position after the last known event. Any thread. */
    long end() {
        return announced.get();
    }

    /** Adds a stream to its event loop, with the position of the next slice and the live end. */
    void enter(LoopStreams loop, LiveStream stream) {
        Context there = loop.context();
        context.runOnContext(now -> {
            if (loops.isEmpty() && !reading) {
                next = Math.max(next, announced.get());
            }
            loops.merge(loop, 1, Integer::sum);
            long from = next;
            long live = Math.max(from, announced.get());
            there.runOnContext(arrived -> loop.admit(stream, from, live));
        });
    }

    /** Must be called once for every stream that has entered. Any thread. */
    void leave(LoopStreams loop) {
        context.runOnContext(now -> loops.computeIfPresent(loop, (left, count) -> count == 1 ? null : count - 1));
    }

    /** Called by the store, on any thread. */
    private void onSequenced(long position) {
        announced.accumulateAndGet(position, Math::max);
        if (scheduled.compareAndSet(false, true)) {
            context.runOnContext(now -> {
                scheduled.set(false);
                readIfDue();
            });
        }
    }

    private void readIfDue() {
        if (loops.isEmpty() || reading || timer != NO_TIMER || next >= announced.get()) {
            return;
        }
        long sinceMs = (System.nanoTime() - readAtNanos) / 1_000_000;
        if (sinceMs < PAUSE_MS) {
            readIn(PAUSE_MS - sinceMs);
        } else {
            read();
        }
    }

    private void readIn(long ms) {
        timer = vertx.setTimer(ms, now -> {
            timer = NO_TIMER;
            readIfDue();
        });
    }

    private void read() {
        reading = true;
        log.read(next, MAX_EVENTS).compose(this::deliver).onComplete(done -> {
            reading = false;
            int events = done.succeeded() ? done.result() : 0;
            if (events == 0) {
                readIn(RETRY_MS);
                return;
            }
            if (events < BUSY_EVENTS) {
                readAtNanos = System.nanoTime();
            }
            readIfDue();
        });
    }

    /** Completes with the number of events when every loop has them. */
    private Future<Integer> deliver(List<StoredEvent> events) {
        if (events.isEmpty()) {
            return Future.succeededFuture(0);
        }
        Slice slice = Slice.of(events);
        // Must be set before another stream can enter, because its event loop would not get this slice.
        next = slice.next();
        List<Future<?>> deliveries = new ArrayList<>();
        for (LoopStreams loop : loops.keySet()) {
            Promise<Void> accepted = Promise.promise();
            loop.context().runOnContext(there -> {
                try {
                    loop.accept(slice);
                } finally {
                    accepted.complete();
                }
            });
            deliveries.add(accepted.future());
        }
        return Future.join(deliveries).map(events.size());
    }
}
