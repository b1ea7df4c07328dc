package dev.sentinel.audit.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Builds request bodies: NDJSON, compressed if large.
 *
 * @param gzipAbove size in bytes above which bodies are compressed
 */
record BatchBody(int gzipAbove) {
    /** A request body. */
    static final class Body {
        final byte[] bytes;
        final boolean compressed;

        private Body(byte[] bytes, boolean compressed) {
            this.bytes = bytes;
            this.compressed = compressed;
        }
    }

    Body of(List<byte[]> events) {
        int size = events.size();
        for (byte[] event : events) {
            size += event.length;
        }
        byte[] lines = new byte[size];
        int at = 0;
        for (byte[] event : events) {
            System.arraycopy(event, 0, lines, at, event.length);
            at += event.length;
            lines[at++] = '\n';
        }
        return size > gzipAbove ? new Body(compressed(lines), true) : new Body(lines, false);
    }

    private static byte[] compressed(byte[] lines) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(lines.length / 4 + 64);
        try (OutputStream gzip = new FastGzip(bytes)) {
            gzip.write(lines);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    /** Events are so repetitive that the fastest level compresses nearly as well as the slowest. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, 8 * 1024);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
