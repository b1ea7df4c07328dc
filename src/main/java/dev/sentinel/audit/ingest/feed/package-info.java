/**
 * Ways in that the server opens itself: a {@link dev.sentinel.audit.ingest.feed.Feed} reads messages elsewhere, such as
 * a topic of Kafka, and hands them to a {@link dev.sentinel.audit.ingest.feed.FeedSink}, which stores their events as
 * those of a request. A plugin brings a {@link dev.sentinel.audit.ingest.feed.FeedType}.
 */
@NullMarked
package dev.sentinel.audit.ingest.feed;

import org.jspecify.annotations.NullMarked;
