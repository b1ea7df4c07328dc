package dev.sentinel.audit;

import dev.sentinel.audit.config.HttpConfig;
import dev.sentinel.audit.evidence.ExportProofs;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.ClientAddress;
import dev.sentinel.audit.http.PublicPath;
import dev.sentinel.audit.query.AnswerLimits;
import dev.sentinel.audit.query.CachedLookup;
import dev.sentinel.audit.query.CursorKey;
import dev.sentinel.audit.query.EventLookup;
import dev.sentinel.audit.query.LogPolls;
import dev.sentinel.audit.query.QueryResources;
import dev.sentinel.audit.query.export.ExportResource;
import dev.sentinel.audit.query.stream.FanOut;
import dev.sentinel.audit.query.stream.StreamResource;
import dev.sentinel.audit.redis.RedisVerticle;
import dev.sentinel.audit.store.EventFinder;
import dev.sentinel.audit.store.Summaries;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The ways out to clients that ask.
 *
 * @param fanOut must be deployed
 * @param polls of clients that wait for events
 * @param resources in no particular order
 */
record QueryParts(FanOut fanOut, LogPolls polls, List<ApiResource> resources) {

    /**
     * @param finder measured, as the summaries are
     * @param redis empty if events are not kept there
     * @param version of the program
     */
    static QueryParts of(
            Vertx vertx,
            HttpConfig config,
            StorePorts store,
            EventFinder finder,
            Summaries summaries,
            Optional<RedisVerticle> redis,
            SharedBudgets budgets,
            ExportProofs proofs,
            CursorKey cursors,
            ClientAddress addresses,
            PublicPath paths,
            String version,
            MeterRegistry registry,
            Clock clock) {
        EventLookup lookup = redis.<EventLookup>map(link -> new CachedLookup(finder, link, store.signedLog(), registry))
                .orElseGet(() -> EventLookup.of(finder));
        AnswerLimits limits = new AnswerLimits(budgets.answers(), budgets.textSearches(), config.answerTimeout());
        LogPolls polls = new LogPolls(vertx, store.log(), limits, config.maxStreams(), config.idleTimeout(), registry);
        FanOut fanOut = new FanOut(store.log());
        List<ApiResource> resources = new ArrayList<>(
                QueryResources.of(finder, lookup, summaries, limits, cursors, clock, paths, polls, version));
        resources.add(new StreamResource(vertx, store.log(), fanOut, config, registry));
        resources.add(new ExportResource(vertx, finder, summaries, proofs, addresses, config, clock, registry));
        return new QueryParts(fanOut, polls, resources);
    }

    /** Ends what waits for events: otherwise the HTTP server would wait in vain for that. */
    Future<?> endStreams() {
        polls.end();
        return fanOut.endStreams();
    }
}
