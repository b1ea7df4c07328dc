package dev.sentinel.audit.query.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A ZIP file that is made piece by piece, in memory that does not grow with its files but with their number: about 200
 * bytes for each. One piece at a time, on any thread.
 */
final class ZipPieces implements AutoCloseable {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ZipOutputStream zip = new ZipOutputStream(bytes, UTF_8);
    private final LocalDateTime time;

    /** @param time of all files, in UTC */
    ZipPieces(Instant time) {
        this.time = LocalDateTime.ofInstant(time, ZoneOffset.UTC);
    }

    /** Begins a file, and ends the one before. */
    ZipPieces begin(String name) {
        try {
            ZipEntry entry = new ZipEntry(name);
            entry.setTimeLocal(time);
            zip.putNextEntry(entry);
            return this;
        } catch (IOException e) {
            throw unexpected(e);
        }
    }

    ZipPieces add(byte[] piece) {
        try {
            zip.write(piece);
            return this;
        } catch (IOException e) {
            throw unexpected(e);
        }
    }

    /** Adds a whole file. */
    ZipPieces file(String name, String text) {
        return begin(name).add(text.getBytes(UTF_8));
    }

    /** The bytes that can be sent so far, perhaps none. */
    Buffer take() {
        Buffer taken = Buffer.buffer(bytes.toByteArray());
        bytes.reset();
        return taken;
    }

    /** The remaining bytes: without them, it is not a ZIP file. */
    Buffer finish() {
        try {
            zip.finish();
            return take();
        } catch (IOException e) {
            throw unexpected(e);
        }
    }

    /** Releases the memory of zlib. */
    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            throw unexpected(e);
        }
    }

    private static UncheckedIOException unexpected(IOException e) {
        return new UncheckedIOException("writing to memory", e);
    }
}
