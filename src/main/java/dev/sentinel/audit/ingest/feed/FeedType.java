package dev.sentinel.audit.ingest.feed;

import io.vertx.core.Vertx;
import java.util.Set;

/** A kind of feed. Found with {@link java.util.ServiceLoader}, so that a plugin can bring one. */
public interface FeedType {

    /** The schemes of its URLs, in lower case. */
    Set<String> schemes();

    /** The names of the options that it knows. Others are a mistake that the operator is told. */
    Set<String> options();

    /** Those of {@link #options} whose value is a secret: they are only given as references. */
    Set<String> secrets();

    /**
     * Prepares a feed. MUST NOT connect: the other side may be away.
     *
     * @throws IllegalArgumentException if a setting makes no sense; the message says which and what would
     */
    Feed open(FeedSettings settings, FeedSink sink, Vertx vertx);
}
