package dev.sentinel.audit.query;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.event.EventWriter;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.OutputStream;

/** Builds a JSON response body, parts of which may already be JSON text. */
final class JsonBody {
    private final Buffer bytes;
    private final JsonGenerator json;

    /** @param expectedBytes the approximate size */
    JsonBody(int expectedBytes) throws IOException {
        bytes = Buffer.buffer(expectedBytes);
        json = EventWriter.factory().createGenerator(new Appending(bytes));
    }

    /** The generator for everything that is not JSON text yet. */
    JsonGenerator json() {
        return json;
    }

    /** Appends the elements of the current array as JSON text, without parsing them again. */
    void elements(Buffer text) throws IOException {
        json.flush();
        bytes.appendBuffer(text);
    }

    Buffer finish() throws IOException {
        json.close();
        return bytes;
    }

    private static final class Appending extends OutputStream {
        private final Buffer bytes;

        Appending(Buffer bytes) {
            this.bytes = bytes;
        }

        @Override
        public void write(int b) {
            bytes.appendByte((byte) b);
        }

        @Override
        public void write(byte[] b, int offset, int length) {
            bytes.appendBytes(b, offset, length);
        }
    }
}
