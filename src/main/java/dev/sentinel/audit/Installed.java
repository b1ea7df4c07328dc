package dev.sentinel.audit;

import dev.sentinel.audit.config.IngestConfig;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.forward.DestinationType;
import dev.sentinel.audit.forward.DestinationTypes;
import dev.sentinel.audit.ingest.FeedMeters;
import dev.sentinel.audit.ingest.Feeds;
import dev.sentinel.audit.ingest.feed.Feed;
import dev.sentinel.audit.ingest.feed.FeedType;
import dev.sentinel.audit.plugin.Plugins;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.util.Optional;

/**
 * What the class path and the plugins bring.
 *
 * @param feeds what the operator wants to be read with it
 */
record Installed(DestinationTypes types, Optional<Feeds> feeds) {

    /** Reads files; only at start. Throws {@link dev.sentinel.audit.failure.Unusable}. */
    static Installed of(SentinelConfig config) {
        Plugins plugins = Plugins.of(config.plugins());
        return new Installed(
                new DestinationTypes(plugins.implementations(DestinationType.class)),
                Optional.ofNullable(config.feed())
                        .map(feed -> Feeds.of(feed, plugins.implementations(FeedType.class))));
    }

    /** The feed, which reads nothing yet. Throws {@link dev.sentinel.audit.failure.Unusable}. */
    Optional<Feed> feed(IngestParts ingest, Vertx vertx, IngestConfig limits, MeterRegistry registry) {
        return feeds.map(wanted -> wanted.open(
                FeedMeters.counted(registry, ingest.sink(vertx, wanted.sender(), limits.maxBodyBytes())), vertx));
    }
}
