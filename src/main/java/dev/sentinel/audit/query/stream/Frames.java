package dev.sentinel.audit.query.stream;

import dev.sentinel.audit.event.JsonContent;
import dev.sentinel.audit.http.JsonBuffer;
import io.vertx.core.buffer.Buffer;

/** The frames of a stream other than events (HTML standard, section 9.2). */
final class Frames {
    /** How long a browser waits before it reconnects. */
    private static final int RETRY_MS = 2_000;

    private Frames() {}

    /**
     * The start of a stream.
     *
     * @param position the position of the stream
     */
    static Buffer start(long position) {
        return Buffer.buffer("retry: " + RETRY_MS + "\n: events as they come\nid: " + position + "\n\n");
    }

    /**
     * A sign of life with the position of the stream. An id without data is no event, but moves the position from which
     * the client resumes. So a client whose filters match nothing does not cause the log to be searched again.
     */
    static Buffer heartbeat(long position) {
        return Buffer.buffer(":\nid: " + position + "\n\n");
    }

    /** Reports that the client was too slow for this many events, and the position from which it can get them. */
    static Buffer missed(long events, long resumeFrom) {
        return event("missed", json -> {
            json.writeNumberField("missed", events);
            json.writeNumberField("resume_from", resumeFrom);
        });
    }

    /** Reports that the client's last position is beyond the end of the log. */
    static Buffer reset(long lastEventId, long resumeFrom) {
        return event("reset", json -> {
            json.writeNumberField("last_event_id", lastEventId);
            json.writeNumberField("resume_from", resumeFrom);
        });
    }

    /**
     * Reports that the server ends the stream.
     *
     * @param reason must not contain characters that JSON escapes
     */
    static Buffer closing(String reason) {
        return event("closing", json -> json.writeStringField("reason", reason));
    }

    /** The data is on one line, as the protocol wants it: JSON has no line breaks but escaped ones. */
    private static Buffer event(String name, JsonContent data) {
        return Buffer.buffer("event: " + name + "\ndata: ")
                .appendBuffer(JsonBuffer.object(data))
                .appendString("\n\n");
    }
}
