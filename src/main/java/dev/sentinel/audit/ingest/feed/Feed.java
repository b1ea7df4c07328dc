package dev.sentinel.audit.ingest.feed;

import io.vertx.core.Future;

/**
 * Reads messages elsewhere and hands them to a {@link FeedSink}. It MUST tell the other side that a message is done
 * only after the sink has answered for it and, if the sink refused it, after it was put where people find it: so a
 * crash repeats messages, which are then duplicates, and loses none.
 */
public interface Feed {

    /** Begins to read. Returns at once, and goes on through every outage of the other side and of the store. */
    void start();

    /** Messages that the other side has and this feed has not read; less than 0 if that is not known. Any thread. */
    long lag();

    /** Whether the last attempt to reach the other side failed. Any thread. */
    boolean isFailing();

    /** Ends reading, and releases all resources; what the sink has not answered for comes again. */
    Future<Void> close();
}
