package dev.sentinel.audit.http;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A body that is read while it arrives: the event loop writes, and another thread reads and waits. The request is
 * paused while the reader has enough before it.
 */
final class BodyPipe extends InputStream {
    /** What may be buffered; a chunk more may come before the pause takes effect. */
    private static final int MAX_BUFFERED = 1 << 20;

    private final HttpServerRequest request;
    private final Context context;
    private final Pace pace;
    private final long maxBytes;

    // The lock of this object guards everything below.
    private final Deque<byte[]> chunks = new ArrayDeque<>();
    private int from;
    private long buffered;
    private long received;
    private boolean paused;
    private boolean ended;
    private boolean closed;
    private @Nullable Throwable failure;

    /**
     * Event loop.
     *
     * @param request paused
     * @param beginning what has arrived already
     */
    BodyPipe(Vertx vertx, HttpServerRequest request, byte[] beginning, long maxBytes, Duration timeout, long minRate) {
        this.request = request;
        this.context = vertx.getOrCreateContext();
        this.maxBytes = maxBytes;
        this.pace = new Pace(vertx, timeout, minRate, this::received, this::fail);
        if (beginning.length > 0) {
            add(beginning);
        }
    }

    /** Begins to read the rest. Event loop. */
    void start() {
        if (request.response().closed()) {
            fail(BodyReader.GONE.asException());
            return;
        }
        request.handler(this::arrived);
        request.endHandler(end -> end());
        request.exceptionHandler(cause -> fail(BodyReader.GONE.asException()));
        pace.start();
        pace.requireRate();
        if (request.isEnded()) {
            end();
        }
        resumeIfWanted();
    }

    private void arrived(Buffer chunk) {
        if (add(chunk.getBytes())) {
            fail(BodyReader.tooLarge(maxBytes));
        } else if (pauseIfFull()) {
            pace.pause();
            request.pause();
        }
    }

    /** Returns whether the body is too large. */
    private synchronized boolean add(byte[] chunk) {
        received += chunk.length;
        if (!closed && failure == null && chunk.length > 0) {
            chunks.add(chunk);
            buffered += chunk.length;
            notifyAll();
        }
        return received > maxBytes;
    }

    private synchronized boolean pauseIfFull() {
        paused = !closed && buffered > MAX_BUFFERED;
        return paused;
    }

    /** Event loop. */
    private void resumeIfWanted() {
        boolean full;
        synchronized (this) {
            full = !closed && buffered > MAX_BUFFERED;
            paused = full;
        }
        if (full) {
            pace.pause();
        } else {
            pace.resume();
            request.resume();
        }
    }

    private void end() {
        pace.stop();
        synchronized (this) {
            ended = true;
            notifyAll();
        }
    }

    /** The rest is not wanted: reading fails with this cause. Event loop. */
    void fail(Throwable cause) {
        pace.stop();
        synchronized (this) {
            failure = failure == null ? cause : failure;
            chunks.clear();
            buffered = 0;
            notifyAll();
        }
    }

    private synchronized long received() {
        return received;
    }

    /** Whether the whole body has arrived. Any thread. */
    synchronized boolean isEnded() {
        return ended;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    /** Waits for a byte or the end. Throws a {@link BodyFailedException} if the rest will not come. */
    @Override
    public int read(byte[] into, int at, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int read = 0;
        boolean resume;
        synchronized (this) {
            await();
            while (read < length && !chunks.isEmpty()) {
                byte[] chunk = chunks.element();
                int count = Math.min(length - read, chunk.length - from);
                System.arraycopy(chunk, from, into, at + read, count);
                read += count;
                from += count;
                if (from == chunk.length) {
                    chunks.remove();
                    from = 0;
                }
            }
            buffered -= read;
            resume = paused && buffered < MAX_BUFFERED / 2;
            paused = paused && !resume;
        }
        if (resume) {
            context.runOnContext(now -> resumeIfWanted());
        }
        return read == 0 ? -1 : read;
    }

    /**
     * Waits like {@link #read()}; 0 only at the end. {@link java.util.zip.GZIPInputStream} takes 0 for the end of all
     * members.
     */
    @Override
    public synchronized int available() throws IOException {
        await();
        return (int) buffered;
    }

    /** Returns when there is a chunk, or the end. */
    private void await() throws IOException {
        try {
            while (chunks.isEmpty() && !ended && failure == null) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BodyFailedException(e);
        }
        if (failure != null) {
            throw new BodyFailedException(failure);
        }
    }

    /** Discards the rest. Any thread. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            chunks.clear();
            buffered = 0;
        }
        context.runOnContext(now -> {
            pace.stop();
            resumeIfWanted();
        });
    }
}
