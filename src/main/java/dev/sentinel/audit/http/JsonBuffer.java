package dev.sentinel.audit.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.event.JsonContent;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes small JSON objects for responses and streams: what the server says besides events. Any thread. */
public final class JsonBuffer {
    private static final int USUAL_BYTES = 256;
    private static final JsonFactory JSON = new JsonFactory();

    private JsonBuffer() {}

    /** A new buffer that holds one object with these members. */
    public static Buffer object(JsonContent members) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            members.writeTo(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return Buffer.buffer(bytes.toByteArray());
    }
}
