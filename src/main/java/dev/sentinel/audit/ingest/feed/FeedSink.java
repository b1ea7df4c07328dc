package dev.sentinel.audit.ingest.feed;

import io.vertx.core.Future;
import java.util.List;

/** The way into the log for the messages of a feed. */
@FunctionalInterface
public interface FeedSink {

    /**
     * Stores the events of messages. Any thread.
     *
     * @return a verdict for each message, in their order, after the events are durable. Fails if the server is
     *     overloaded or the store is away: then hand in the same messages again, later.
     */
    Future<List<Verdict>> append(List<FeedMessage> messages);
}
