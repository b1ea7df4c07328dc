package dev.sentinel.audit.http;

import dev.sentinel.audit.http.inflight.Permit;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A body as it was sent, or the beginning of a large one. It holds memory of a budget until it is released. */
public final class Beginning {
    private final byte[] bytes;
    private final boolean gzip;
    private final Permit memory;
    private final @Nullable Supplier<BodyPipe> rest;
    private @Nullable BodyPipe pipe;

    /** @param rest starts to read the rest; null if there is none */
    Beginning(byte[] bytes, boolean gzip, Permit memory, @Nullable Supplier<BodyPipe> rest) {
        this.bytes = bytes;
        this.gzip = gzip;
        this.memory = memory;
        this.rest = rest;
    }

    /** What has arrived; compressed if {@link #isGzip}. Not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    /** Whether these are all bytes. */
    public boolean isComplete() {
        return rest == null;
    }

    public boolean isGzip() {
        return gzip;
    }

    /** The size that a compressed body claims to have; wrong for several members, and as true as the client. */
    public long claimedLength() {
        return gzip ? Gzip.claimedLength(bytes) : bytes.length;
    }

    /** The memory that it holds. */
    public Permit memory() {
        return memory;
    }

    /**
     * All bytes as they were sent. If there is a rest, it is read from now on, and reading the stream waits for it.
     * Called once, on the event loop; the stream is for another thread.
     */
    public InputStream stream() {
        if (rest == null) {
            return new ByteArrayInputStream(bytes);
        }
        pipe = rest.get();
        pipe.start();
        return pipe;
    }

    /** Makes the stream fail if it still waits for the client. Event loop. */
    public void abort(Throwable cause) {
        if (pipe != null && !pipe.isEnded()) {
            pipe.fail(cause);
        }
    }

    /** Whether the whole body has been received. */
    public boolean hasArrived() {
        return rest == null || (pipe != null && pipe.isEnded());
    }
}
