package dev.sentinel.audit.query.stream;

import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.http.Abort;
import dev.sentinel.audit.http.Caller;
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
 * One client that follows events. All matching events before its position in the log have been written. Confined to the
 * event loop of its connection.
 */
final class LiveStream {
    /** Bytes that may be queued for a connection. When the queue is full, writing pauses until it is half empty. */
    static final int QUEUE_BYTES = 32 * 1024;

    private static final long END_TIMEOUT_MS = 1_000;
    private static final long RETRY_MS = 1_000;
    private static final int MIN_READ = 32;
    private static final int MAX_READ = 512;

    /**
     * The settings of all streams.
     *
     * @param heartbeat the interval between two heartbeats
     * @param timeout how long a client may lag before its stream is ended
     */
    record Settings(Vertx vertx, LogReads log, StreamMeters meters, Duration heartbeat, Duration timeout) {}

    private enum Stage {
        /** Waits until the fan-out has added it. */
        ENTERING,
        /** Reads the log until it reaches the slices that its event loop keeps. */
        RESUMING,
        /** Gets the kept slices and the new ones. */
        LIVE,
        ENDED
    }

    private final Settings settings;
    private final LoopStreams loop;
    private final HttpServerResponse response;
    private final Runnable abort;
    private final String client;
    private final BooleanSupplier authorized;
    private final Selection selection;
    private final StreamStart start;

    private Stage stage = Stage.ENTERING;
    private long position;
    private boolean reading;
    private int readLimit = MAX_READ;
    private long missed;
    private long missedAfter;
    private long heartbeatTimer;
    private long caughtUpAtNanos = System.nanoTime();

    LiveStream(
            Settings settings,
            LoopStreams loop,
            RoutingContext ctx,
            BooleanSupplier authorized,
            Selection selection,
            StreamStart start) {
        this.settings = settings;
        this.loop = loop;
        this.response = ctx.response();
        this.abort = () -> Abort.now(ctx.request().connection());
        this.client = Caller.client(ctx);
        this.authorized = authorized;
        this.selection = selection;
        this.start = start;
        ctx.addEndHandler(ended -> ended());
    }

    Selection selection() {
        return selection;
    }

    boolean hasEnded() {
        return stage == Stage.ENDED;
    }

    /** The stream was added: from now on it is offered every new slice. */
    void begin(long live) {
        position = start.position().orElse(live);
        writeHead();
        if (start.unknownId().isPresent()) {
            write(Frames.reset(start.unknownId().getAsLong(), position - 1));
        }
        response.drainHandler(drained -> writeMore());
        heartbeatTimer = settings.vertx.setPeriodic(settings.heartbeat.toMillis(), timer -> heartbeat());
        stage = Stage.RESUMING;
        writeMore();
    }

    private void writeHead() {
        // X-Accel-Buffering turns off buffering in nginx, whatever its configuration.
        response.setChunked(true)
                .setWriteQueueMaxSize(QUEUE_BYTES)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("X-Accel-Buffering", "no");
        write(Frames.start(position - 1));
    }

    /**
     * Offers the next slice.
     *
     * @param chunks the matching events of the slice
     */
    void offer(Slice slice, Supplier<List<Chunk>> chunks) {
        if (stage != Stage.LIVE || response.writeQueueFull()) {
            return;
        }
        if (position != slice.from() || missed > 0) {
            writeMore();
            return;
        }
        for (Chunk chunk : chunks.get()) {
            if (response.writeQueueFull()) {
                return;
            }
            send(chunk, slice.from() + chunk.end());
        }
        caughtUp();
    }

    /** The event loop drops a slice: events of it that were not written are missed. */
    void miss(Slice slice) {
        if (stage != Stage.LIVE || position >= slice.next()) {
            return;
        }
        long count = slice
                .events()
                .subList(slice.indexOf(position), slice.events().size())
                .stream()
                .filter(event -> selection.matches(event.stored()))
                .count();
        if (missed == 0) {
            missedAfter = position - 1;
        }
        missed += count;
        position = slice.next();
        settings.meters.missed(count);
    }

    /** Writes as much as the connection accepts. */
    private void writeMore() {
        if (stage == Stage.RESUMING) {
            resume();
        }
        while (stage == Stage.LIVE && !response.writeQueueFull()) {
            notifyMissed();
            Slice slice = loop.at(position);
            if (slice == null) {
                caughtUp();
                return;
            }
            Chunk chunk = Chunk.of(slice.events(), slice.indexOf(position), selection);
            send(chunk, slice.from() + chunk.end());
        }
    }

    /** Nothing is left to write: the client keeps up. */
    private void caughtUp() {
        caughtUpAtNanos = System.nanoTime();
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
            settings.log.read(client, position, readLimit, this::writeFrom).onComplete(done -> {
                reading = false;
                if (done.succeeded()) {
                    writeMore();
                } else {
                    settings.vertx.setTimer(RETRY_MS, again -> writeMore());
                }
            });
        }
    }

    /**
     * Writes as many of these events as the connection accepts. The rest is read again, because keeping it for many
     * streams would cost memory. So the next read is about as large as what was accepted.
     */
    private void writeFrom(List<StoredEvent> events) {
        if (stage != Stage.RESUMING) {
            return;
        }
        if (events.isEmpty()) {
            // The log ends before the kept slices: in a crash, PostgreSQL lost the latest move of the watermark.
            throw new IllegalStateException("the log has no position " + position);
        }
        long from = events.get(0).seq();
        int filtered = (int) Math.min(events.size(), Math.max(0, position - from));
        while (filtered < events.size() && !response.writeQueueFull()) {
            Chunk chunk = Chunk.ofStored(events, filtered, selection);
            send(chunk, from + chunk.end());
            filtered = chunk.end();
        }
        readLimit = Math.max(MIN_READ, Math.min(MAX_READ, filtered * 2));
    }

    private void send(Chunk chunk, long newPosition) {
        if (chunk.events() > 0) {
            write(chunk.frames());
            settings.meters.sent(chunk.events());
        }
        position = newPosition;
    }

    private void write(Buffer frame) {
        response.write(frame).onFailure(closed -> ended());
    }

    private void heartbeat() {
        if (!authorized.getAsBoolean()) {
            end("the key is no longer valid");
            return;
        }
        boolean lags = response.writeQueueFull() || (stage == Stage.LIVE && position < loop.end());
        if (!lags) {
            caughtUp();
        } else if (System.nanoTime() - caughtUpAtNanos > settings.timeout.toNanos()) {
            end("the client was too slow for too long; resume from the last id");
            return;
        }
        if (!response.writeQueueFull()) {
            notifyMissed();
            write(Frames.heartbeat(position - 1));
        }
    }

    /**
     * Sends the client the reason and ends the stream. Completes when that is done, after a short timeout at the
     * latest.
     */
    Future<Void> end(String reason) {
        if (stage == Stage.ENDED) {
            return Future.succeededFuture();
        }
        notifyMissed();
        ended();
        Promise<Void> ended = Promise.promise();
        long timer = settings.vertx.setTimer(END_TIMEOUT_MS, late -> abort.run());
        response.end(Frames.closing(reason)).onComplete(done -> {
            settings.vertx.cancelTimer(timer);
            ended.complete();
        });
        return ended.future();
    }

    private void ended() {
        if (stage == Stage.ENDED) {
            return;
        }
        settings.vertx.cancelTimer(heartbeatTimer);
        stage = Stage.ENDED;
        loop.remove(this);
    }
}
