package dev.sentinel.audit.query.stream;

import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import io.vertx.core.buffer.Buffer;

/**
 * An event of the log and its frame in a stream.
 *
 * @param frame must not be changed: many connections write it at once
 */
record LiveEvent(StoredEvent stored, Buffer frame) {

    static LiveEvent of(StoredEvent stored) {
        return new LiveEvent(stored, frameOf(stored));
    }

    /** The JSON has no line breaks: the writer escapes them in texts, and metadata is stored minified. */
    static Buffer frameOf(StoredEvent stored) {
        return frame(stored, EventWriter.toJson(stored));
    }

    /** As {@link #frameOf}, with the seal. */
    static Buffer sealedFrameOf(StoredEvent stored) {
        return frame(stored, EventWriter.toSealedJson(stored));
    }

    private static Buffer frame(StoredEvent stored, String json) {
        return Buffer.buffer("id: " + stored.seq() + "\ndata: " + json + "\n\n");
    }

    /** The approximate number of bytes of heap. */
    long weight() {
        return (long) stored.event().weight() + frame.length();
    }
}
