package dev.sentinel.audit.query.stream;

import io.vertx.core.buffer.Buffer;

/** What a stream says besides events, as the HTML standard's section 9.2 has it. */
final class Frames {
    /** Between two attempts of a browser to connect. */
    private static final int RETRY_MS = 2_000;

    private Frames() {}

    /**
     * The beginning.
     *
     * @param position where the stream stands
     */
    static Buffer start(long position) {
        return Buffer.buffer("retry: " + RETRY_MS + "\n: events as they come\nid: " + position + "\n\n");
    }

    /**
     * That the connection is alive, and where the stream stands: an id without data moves what a client will resume
     * from, and is no event to it. So a client whose filters let nothing pass need not have the log searched again.
     */
    static Buffer heartbeat(long position) {
        return Buffer.buffer(":\nid: " + position + "\n\n");
    }

    /** That the client was too slow for so many events; from there, it would get them. */
    static Buffer missed(long events, long resumeFrom) {
        return event("missed", "{\"missed\":" + events + ",\"resume_from\":" + resumeFrom + "}");
    }

    /** That the log has not got as far as the client says that it has read. */
    static Buffer reset(long lastEventId, long resumeFrom) {
        return event("reset", "{\"last_event_id\":" + lastEventId + ",\"resume_from\":" + resumeFrom + "}");
    }

    /**
     * That the server ends the stream.
     *
     * @param reason without characters that JSON escapes
     */
    static Buffer closing(String reason) {
        return event("closing", "{\"reason\":\"" + reason + "\"}");
    }

    private static Buffer event(String name, String data) {
        return Buffer.buffer("event: " + name + "\ndata: " + data + "\n\n");
    }
}
