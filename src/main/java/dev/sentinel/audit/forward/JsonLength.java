package dev.sentinel.audit.forward;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** Measures the JSON of events without keeping it. */
final class JsonLength extends OutputStream {
    private long bytes;

    private JsonLength() {}

    /** Never less than the bytes of {@link EventWriter#toJson} in UTF-8. */
    static long of(StoredEvent event) {
        JsonLength length = new JsonLength();
        try (JsonGenerator json = EventWriter.factory().createGenerator(length)) {
            EventWriter.write(json, event);
        } catch (IOException e) {
            throw new UncheckedIOException("measuring", e);
        }
        return length.bytes;
    }

    @Override
    public void write(int b) {
        bytes++;
    }

    @Override
    public void write(byte[] b, int offset, int length) {
        bytes += length;
    }
}
