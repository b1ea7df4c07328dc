package dev.sentinel.audit.query.stream;

import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.http.Abort;
import dev.sentinel.audit.store.EventMatcher;
import dev.sentinel.audit.store.EventQuery;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * One client that follows events. Stands at a position of the log, up to which all is written that its filters let
 * pass. Only on the event loop of its connection.
 */
final class LiveStream {
    /** What waits in the server for a connection, before it is left alone until half of it has gone. */
    static final int QUEUE_BYTES = 32 * 1024;

    private static final long END_TIMEOUT_MS = 1_000;
    private static final long RETRY_MS = 1_000;
    private static final int MIN_READ = 32;
    private static final int MAX_READ = 512;

    /**
     * What the resource settles for all streams.
     *
     * @param heartbeat between two signs of life
     * @param timeout how long a client may be behind before it is cut off
     */
    record Settings(Vertx vertx, LogReads log, StreamMeters meters, Duration heartbeat, Duration timeout) {}

    private enum Stage {
        /** Waits for its place among the others. */
        ENTERING,
        /** Reads the log until it meets what its loop keeps. */
        RESUMING,
        /** Gets what its loop keeps, and what comes. */
        LIVE,
        ENDED
    }

    private final Settings settings;
    private final LoopStreams loop;
    private final HttpServerResponse response;
    private final Runnable abort;
    private final BooleanSupplier authorized;
    private final EventQuery filters;
    private final EventMatcher matcher;
    private final StreamStart start;

    private Stage stage = Stage.ENTERING;
    private long position;
    private boolean reading;
    private int readLimit = MAX_READ;
    private long missed;
    private long missedAfter;
    private long heartbeatTimer;
    private long goodAtNanos = System.nanoTime();

    LiveStream(
            Settings settings,
            LoopStreams loop,
            RoutingContext ctx,
            BooleanSupplier authorized,
            EventQuery filters,
            StreamStart start) {
        this.settings = settings;
        this.loop = loop;
        this.response = ctx.response();
        this.abort = () -> Abort.now(ctx.request().connection());
        this.authorized = authorized;
        this.filters = filters;
        this.matcher = EventMatcher.of(filters);
        this.start = start;
        ctx.addEndHandler(ended -> gone());
    }

    EventQuery filters() {
        return filters;
    }

    EventMatcher matcher() {
        return matcher;
    }

    boolean hasEnded() {
        return stage == Stage.ENDED;
    }

    /** It has its place: what the loop gets from now on it will be offered. */
    void begin(long live) {
        position = start.position().orElse(live);
        writeHead();
        if (start.unknownId().isPresent()) {
            write(Frames.reset(start.unknownId().getAsLong(), position - 1));
        }
        response.drainHandler(drained -> goOn());
        heartbeatTimer = settings.vertx.setPeriodic(settings.heartbeat.toMillis(), timer -> heartbeat());
        stage = Stage.RESUMING;
        goOn();
    }

    private void writeHead() {
        // X-Accel-Buffering is for nginx, whatever its configuration.
        response.setChunked(true)
                .setWriteQueueMaxSize(QUEUE_BYTES)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("X-Accel-Buffering", "no");
        write(Frames.start(position - 1));
    }

    /**
     * The next slice of the loop.
     *
     * @param chunks all of it that the filters let pass
     */
    void offer(Slice slice, Supplier<List<Chunk>> chunks) {
        if (stage != Stage.LIVE || response.writeQueueFull()) {
            return;
        }
        if (position != slice.from() || missed > 0) {
            goOn();
            return;
        }
        for (Chunk chunk : chunks.get()) {
            if (response.writeQueueFull()) {
                return;
            }
            send(chunk, slice.from() + chunk.end());
        }
        atTheEnd();
    }

    /** The loop lets go of a slice: what was not written of it never will be. */
    void miss(Slice slice) {
        if (stage != Stage.LIVE || position >= slice.next()) {
            return;
        }
        long count = slice
                .events()
                .subList(slice.indexOf(position), slice.events().size())
                .stream()
                .filter(event -> matcher.matches(event.stored()))
                .count();
        if (missed == 0) {
            missedAfter = position - 1;
        }
        missed += count;
        position = slice.next();
        settings.meters.missed(count);
    }

    /** Writes as much as the connection takes. */
    private void goOn() {
        if (stage == Stage.RESUMING) {
            resume();
        }
        while (stage == Stage.LIVE && !response.writeQueueFull()) {
            notifyMissed();
            Slice slice = loop.at(position);
            if (slice == null) {
                atTheEnd();
                return;
            }
            Chunk chunk = Chunk.of(slice.events(), slice.indexOf(position), matcher);
            send(chunk, slice.from() + chunk.end());
        }
    }

    /** Nothing to write: the client keeps up. */
    private void atTheEnd() {
        goodAtNanos = System.nanoTime();
    }

    private void notifyMissed() {
        if (missed > 0) {
            write(Frames.missed(missed, missedAfter));
            missed = 0;
        }
    }

    private void resume() {
        if (position >= loop.start()) {
            stage = Stage.LIVE;
        } else if (!reading && !response.writeQueueFull()) {
            reading = true;
            settings.log.read(position, readLimit, this::look).onComplete(done -> {
                reading = false;
                if (done.succeeded()) {
                    goOn();
                } else {
                    settings.vertx.setTimer(RETRY_MS, again -> goOn());
                }
            });
        }
    }

    /**
     * Writes of these events as much as the connection takes; the rest is read again, because what many streams would
     * keep for later is memory. So it reads about as much as is taken.
     */
    private void look(List<StoredEvent> events) {
        if (stage != Stage.RESUMING) {
            return;
        }
        if (events.isEmpty()) {
            // The log ends before what the loop keeps: PostgreSQL has lost, in a crash, how far it was in order.
            throw new IllegalStateException("the log has no position " + position);
        }
        long from = events.get(0).seq();
        int looked = (int) Math.min(events.size(), Math.max(0, position - from));
        while (looked < events.size() && !response.writeQueueFull()) {
            Chunk chunk = Chunk.ofStored(events, looked, matcher);
            send(chunk, from + chunk.end());
            looked = chunk.end();
        }
        readLimit = Math.max(MIN_READ, Math.min(MAX_READ, looked * 2));
    }

    private void send(Chunk chunk, long newPosition) {
        if (chunk.events() > 0) {
            write(chunk.frames());
            settings.meters.sent(chunk.events());
        }
        position = newPosition;
    }

    private void write(Buffer frame) {
        response.write(frame).onFailure(closed -> gone());
    }

    private void heartbeat() {
        if (!authorized.getAsBoolean()) {
            end("the key is not valid any more");
            return;
        }
        boolean waits = response.writeQueueFull() || (stage == Stage.LIVE && position < loop.end());
        if (!waits) {
            atTheEnd();
        } else if (System.nanoTime() - goodAtNanos > settings.timeout.toNanos()) {
            end("too slow for long; resume from the last id");
            return;
        }
        if (!response.writeQueueFull()) {
            notifyMissed();
            write(Frames.heartbeat(position - 1));
        }
    }

    /** Tells the client why, and ends. Completes when that is done, soon in any case. */
    Future<Void> end(String reason) {
        if (stage == Stage.ENDED) {
            return Future.succeededFuture();
        }
        notifyMissed();
        gone();
        Promise<Void> ended = Promise.promise();
        long timer = settings.vertx.setTimer(END_TIMEOUT_MS, late -> abort.run());
        response.end(Frames.closing(reason)).onComplete(done -> {
            settings.vertx.cancelTimer(timer);
            ended.complete();
        });
        return ended.future();
    }

    private void gone() {
        if (stage == Stage.ENDED) {
            return;
        }
        settings.vertx.cancelTimer(heartbeatTimer);
        stage = Stage.ENDED;
        loop.left(this);
    }
}
