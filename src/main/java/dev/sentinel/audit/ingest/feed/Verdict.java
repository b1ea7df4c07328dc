package dev.sentinel.audit.ingest.feed;

/** What became of a message. */
public sealed interface Verdict {

    /** All of its events are stored, now or before. */
    record Stored(int events) implements Verdict {}

    /**
     * It will never be taken as it is, because it cannot be read or because of some of its events. The others are
     * stored.
     *
     * @param reason to show to people; repeats nothing of the message
     */
    record Refused(String reason) implements Verdict {}
}
