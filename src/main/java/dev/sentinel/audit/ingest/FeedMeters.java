package dev.sentinel.audit.ingest;

import dev.sentinel.audit.ingest.feed.Feed;
import dev.sentinel.audit.ingest.feed.FeedSink;
import dev.sentinel.audit.ingest.feed.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** The metrics of a feed. Its events count as those of requests; here, its messages count. */
public final class FeedMeters {
    private FeedMeters() {}

    /** A sink that counts what becomes of messages; those that are handed in again count again. */
    public static FeedSink counted(MeterRegistry registry, FeedSink sink) {
        Counter stored = counter(registry, "stored");
        Counter refused = counter(registry, "refused");
        return messages -> sink.append(messages).onSuccess(verdicts -> {
            for (Verdict verdict : verdicts) {
                (verdict instanceof Verdict.Refused ? refused : stored).increment();
            }
        });
    }

    private static Counter counter(MeterRegistry registry, String outcome) {
        return Counter.builder("sentinel.feed.messages")
                .description("Messages by what became of them: their events are stored, or they are dead letters.")
                .tag("outcome", outcome)
                .register(registry);
    }

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
