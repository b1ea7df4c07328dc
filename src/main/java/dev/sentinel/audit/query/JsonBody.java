package dev.sentinel.audit.query;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.event.EventWriter;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.OutputStream;

/** The body of a response while it is written: JSON, part of which may be text already. */
final class JsonBody {
    private final Buffer bytes;
    private final JsonGenerator json;

    /** @param expectedBytes how large it will be, or so */
    JsonBody(int expectedBytes) throws IOException {
        bytes = Buffer.buffer(expectedBytes);
        json = EventWriter.factory().createGenerator(new Appending(bytes));
    }

    /** For all that is not text yet. */
    JsonGenerator json() {
        return json;
    }

    /** Writes the elements of the array that was started, as they are: they need no look at every character. */
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
