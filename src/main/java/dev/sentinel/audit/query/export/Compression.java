package dev.sentinel.audit.query.export;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Compresses a file piece by piece (RFC 1952), or passes it through. One piece at a time, on any thread. */
final class Compression implements AutoCloseable {
    private static final int CHUNK = 16 * 1024;

    private final ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    private final @Nullable Gzip gzip;

    /** @param active false to pass the file through */
    Compression(boolean active) {
        try {
            gzip = active ? new Gzip(compressed) : null;
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
    }

    /** The fastest level compresses events to a fifth; the default one to a sixth, in twice the time. */
    private static final class Gzip extends GZIPOutputStream {
        Gzip(ByteArrayOutputStream out) throws IOException {
            super(out, CHUNK);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    /** Compresses a piece; returns the bytes that can be sent so far, perhaps none. */
    Buffer compress(Buffer piece) {
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

    /** The remaining bytes of the file. */
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
        Buffer taken = Buffer.buffer(compressed.toByteArray());
        compressed.reset();
        return taken;
    }

    /** Releases the memory of zlib. */
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
