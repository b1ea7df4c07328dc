package dev.sentinel.audit.query.stream;

import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.store.EventStore;
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
 * Follows the log for all streams of the process. To be deployed once, on an event loop, before there are streams;
 * those are to be ended ({@link #endStreams}) before the server that they belong to stops.
 */
public final class FanOut extends VerticleBase {
    /**
     * Between two readings while events come. Each costs every stream a write and its client a wake-up, so a thousand
     * events that were committed one by one go out as forty bunches; nobody sees that they were late.
     */
    private static final long PAUSE_MS = 25;

    /** After a failure, or where the log does not have what it was told to have. */
    private static final long RETRY_MS = 1_000;

    static final String STOPPING = "the server stops";

    private static final int MAX_EVENTS = 1_000;

    /** With so many at once, more is waiting, and bunches are large enough. */
    private static final int MANY_EVENTS = 250;

    private static final long NO_TIMER = -1;

    private final EventStore store;
    private final AtomicLong told = new AtomicLong();
    private final AtomicBoolean nudged = new AtomicBoolean();

    /** Those that have streams, and how many. */
    private final Map<LoopStreams, Integer> loops = new HashMap<>();

    private long next;
    private boolean reading;
    private long timer = NO_TIMER;
    private long readAtNanos = System.nanoTime();

    // Volatile: asked on other threads.
    private volatile boolean ending;

    public FanOut(EventStore store) {
        this.store = store;
    }

    @Override
    public Future<?> start() {
        store.onSequenced(this::tell);
        told.accumulateAndGet(store.status().indexed(), Math::max);
        return Future.succeededFuture();
    }

    /** Ends every stream and refuses new ones; completes when all are gone. Any thread. */
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

    /** Whether there will be no more streams. Any thread. */
    boolean isEnding() {
        return ending;
    }

    /** The position behind the last event that is known of. Any thread. */
    long end() {
        return told.get();
    }

    /** Brings a stream to its loop, with the position at which the slices begin that follow, and the live end. */
    void enter(LoopStreams loop, LiveStream stream) {
        Context there = loop.context();
        context.runOnContext(now -> {
            if (loops.isEmpty() && !reading) {
                next = Math.max(next, told.get());
            }
            loops.merge(loop, 1, Integer::sum);
            long from = next;
            long live = Math.max(from, told.get());
            there.runOnContext(arrived -> loop.admit(stream, from, live));
        });
    }

    /** Once for every stream that has entered. Any thread. */
    void leave(LoopStreams loop) {
        context.runOnContext(now -> loops.computeIfPresent(loop, (left, count) -> count == 1 ? null : count - 1));
    }

    /** On any thread, as the store tells. */
    private void tell(long position) {
        told.accumulateAndGet(position, Math::max);
        if (nudged.compareAndSet(false, true)) {
            context.runOnContext(now -> {
                nudged.set(false);
                turn();
            });
        }
    }

    private void turn() {
        if (loops.isEmpty() || reading || timer != NO_TIMER || next >= told.get()) {
            return;
        }
        long sinceMs = (System.nanoTime() - readAtNanos) / 1_000_000;
        if (sinceMs < PAUSE_MS) {
            turnIn(PAUSE_MS - sinceMs);
        } else {
            read();
        }
    }

    private void turnIn(long ms) {
        timer = vertx.setTimer(ms, now -> {
            timer = NO_TIMER;
            turn();
        });
    }

    private void read() {
        reading = true;
        store.read(next, MAX_EVENTS).compose(this::hand).onComplete(done -> {
            reading = false;
            int events = done.succeeded() ? done.result() : 0;
            if (events == 0) {
                turnIn(RETRY_MS);
                return;
            }
            if (events < MANY_EVENTS) {
                readAtNanos = System.nanoTime();
            }
            turn();
        });
    }

    /** Completes with how many there were when every loop has them. */
    private Future<Integer> hand(List<StoredEvent> events) {
        if (events.isEmpty()) {
            return Future.succeededFuture(0);
        }
        Slice slice = Slice.of(events);
        // Before a stream can enter: its loop is not among those that get this slice.
        next = slice.next();
        List<Future<?>> handed = new ArrayList<>();
        for (LoopStreams loop : loops.keySet()) {
            Promise<Void> accepted = Promise.promise();
            loop.context().runOnContext(there -> {
                try {
                    loop.accept(slice);
                } finally {
                    accepted.complete();
                }
            });
            handed.add(accepted.future());
        }
        return Future.join(handed).map(events.size());
    }
}
