package dev.sentinel.audit.query.export;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Packs a file piece by piece (RFC 1952), or leaves it as it is. One piece at a time, on any thread. */
final class Compression implements AutoCloseable {
    private static final int CHUNK = 16 * 1024;

    private final ByteArrayOutputStream packed = new ByteArrayOutputStream();
    private final @Nullable Gzip gzip;

    /** @param active whether it packs at all */
    Compression(boolean active) {
        try {
            gzip = active ? new Gzip(packed) : null;
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
    }

    /** The quickest level packs events to a fifth; the usual one to a sixth, in twice the time. */
    private static final class Gzip extends GZIPOutputStream {
        Gzip(ByteArrayOutputStream out) throws IOException {
            super(out, CHUNK);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    /** What can be sent so far, perhaps nothing. */
    Buffer pack(Buffer piece) {
        if (gzip == null) {
            return piece;
        }
        try {
            gzip.write(piece.getBytes());
            return take();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
    }

    /** The rest. */
    Buffer finish() {
        if (gzip == null) {
            return Buffer.buffer(0);
        }
        try {
            gzip.finish();
            return take();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
    }

    private Buffer take() {
        Buffer taken = Buffer.buffer(packed.toByteArray());
        packed.reset();
        return taken;
    }

    /** Gives the memory of zlib back. */
    @Override
    public void close() {
        try {
            if (gzip != null) {
                gzip.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
    }
}
