package dev.sentinel.audit.ingest;

import dev.sentinel.audit.config.FeedConfig;
import dev.sentinel.audit.config.References;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.ingest.feed.Feed;
import dev.sentinel.audit.ingest.feed.FeedSettings;
import dev.sentinel.audit.ingest.feed.FeedSink;
import dev.sentinel.audit.ingest.feed.FeedType;
import dev.sentinel.audit.keys.Principal;
import dev.sentinel.audit.keys.RateLimit;
import dev.sentinel.audit.keys.Scope;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A feed as its operator has defined it. Its type is found and its secrets are read when it is made, which blocks; it
 * is opened later. Immutable, any thread.
 */
public final class Feeds {
    /** The option of the server: only events of agents whose ids begin with it are taken. */
    private static final String AGENT_PREFIX = "agent_prefix";

    /** The option of the server: how many events are taken, in the form of {@link RateLimit}. */
    private static final String RATE_LIMIT = "rate_limit";

    private final FeedConfig config;
    private final FeedType type;
    private final FeedSettings settings;
    private final String agentPrefix;
    private final @Nullable RateLimit rateLimit;

    private Feeds(
            FeedConfig config,
            FeedType type,
            FeedSettings settings,
            String agentPrefix,
            @Nullable RateLimit rateLimit) {
        this.config = config;
        this.type = type;
        this.settings = settings;
        this.agentPrefix = agentPrefix;
        this.rateLimit = rateLimit;
    }

    /** Throws {@link Unusable} if the definition makes no sense, or if no installed type has its scheme. */
    public static Feeds of(FeedConfig config, List<FeedType> types) {
        String scheme = config.url().substring(0, config.url().indexOf(':'));
        FeedType type = types.stream()
                .filter(each -> each.schemes().contains(scheme))
                .findFirst()
                .orElseThrow(() -> new Unusable(config.variable() + " needs the plugin for " + scheme
                        + ":, which is not in PLUGINS_DIR; mvn package makes target/plugins/kafka"));
        Map<String, String> options = new TreeMap<>();
        for (Map.Entry<String, List<String>> parameter : config.parameters().entrySet()) {
            options.put(parameter.getKey(), option(config, type, parameter.getKey(), parameter.getValue()));
        }
        String prefix = options.remove(AGENT_PREFIX);
        RateLimit limit = limit(config, options.remove(RATE_LIMIT));
        try {
            return new Feeds(
                    config,
                    type,
                    new FeedSettings(URI.create(config.url()), options),
                    prefix == null ? "" : prefix,
                    limit);
        } catch (IllegalArgumentException e) {
            throw invalid(config, "it must be a URL");
        }
    }

    private static @Nullable RateLimit limit(FeedConfig config, @Nullable String text) {
        RateLimit limit = text == null ? null : RateLimit.parse(text);
        if (text != null && limit == null) {
            throw invalid(config, RATE_LIMIT + " must be " + RateLimit.FORM);
        }
        return limit;
    }

    private static String option(FeedConfig config, FeedType type, String name, List<String> values) {
        Set<String> known = new TreeSet<>(type.options());
        known.addAll(Set.of(AGENT_PREFIX, RATE_LIMIT));
        if (!known.contains(name)) {
            throw invalid(config, name + " is not an option here; there are " + String.join(", ", known));
        }
        if (values.size() > 1) {
            throw invalid(config, name + " is given twice");
        }
        if (type.secrets().contains(name) && !References.isReference(values.get(0))) {
            throw invalid(config, name + " is a secret: name where it is, with env:NAME or file:/path");
        }
        try {
            return References.resolve(name, values.get(0), config.values());
        } catch (IllegalArgumentException e) {
            throw invalid(config, String.valueOf(e.getMessage()));
        }
    }

    private static Unusable invalid(FeedConfig config, String reason) {
        return new Unusable(config.variable() + " is not valid: " + reason);
    }

    /** The submitter of its messages. It names the feed: the server does not know the writers on the other side. */
    public Principal sender() {
        String path = settings.url().getRawPath();
        String from = settings.url().getScheme().replaceFirst("\\+.*", "") + ":"
                + (path == null ? "" : path.substring(Math.min(1, path.length())));
        return new Principal(from, Set.of(Scope.INGEST), agentPrefix, rateLimit);
    }

    /** Prepares the feed. Throws {@link Unusable} if its type does not accept the settings. */
    public Feed open(FeedSink sink, Vertx vertx) {
        try {
            return type.open(settings, sink, vertx);
        } catch (IllegalArgumentException e) {
            throw invalid(config, String.valueOf(e.getMessage()));
        }
    }
}
