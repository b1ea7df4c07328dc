package dev.sentinel.audit.ingest;

import dev.sentinel.audit.ingest.feed.Feed;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** The metrics of a feed. Its events count as those of requests. */
public final class FeedMeters {
    private FeedMeters() {}

    /** Registers them; they read the feed while the registry has them. */
    public static void register(MeterRegistry registry, Feed feed) {
        Gauge.builder("sentinel.feed.lag.messages", feed, Feed::lag)
                .description("Messages that this server has still to read; less than 0 while that is not known.")
                .register(registry);
        Gauge.builder("sentinel.feed.failing", feed, of -> of.isFailing() ? 1 : 0)
                .description("1 while messages cannot be read, or while those that were refused have no place.")
                .register(registry);
    }
}
