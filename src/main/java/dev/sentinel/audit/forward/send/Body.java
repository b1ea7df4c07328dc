package dev.sentinel.audit.forward.send;

import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.format.BatchFormat;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/**
 * Makes bodies of requests, compressed or not, in the buffer that is sent: a second copy, for each of many
 * destinations, would be a good part of the heap. Takes about 20 ms for a large batch.
 */
final class Body {
    private static final int TYPICAL_BYTES = 64 << 10;

    private Body() {}

    static Buffer of(BatchFormat format, Batch batch, boolean gzip) {
        Buffer body = Buffer.buffer(TYPICAL_BYTES);
        try (OutputStream out = into(body, gzip)) {
            format.write(batch, out);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return body;
    }

    static Buffer gzip(byte[] plain) {
        Buffer body = Buffer.buffer(plain.length / 4 + 64);
        try (OutputStream out = into(body, true)) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return body;
    }

    private static OutputStream into(Buffer body, boolean gzip) throws IOException {
        OutputStream out = new Appender(body);
        return gzip ? new GZIPOutputStream(out) : out;
    }

    private static final class Appender extends OutputStream {
        private final Buffer body;

        Appender(Buffer body) {
            this.body = body;
        }

        @Override
        public void write(int b) {
            body.appendByte((byte) b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            body.appendBytes(bytes, offset, length);
        }
    }
}
