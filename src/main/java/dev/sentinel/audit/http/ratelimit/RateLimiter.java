package dev.sentinel.audit.http.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sentinel.audit.http.ClientAddress;
import dev.sentinel.audit.keys.Principal;
import dev.sentinel.audit.keys.RateLimit;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tracks how much each client may still send and read: by key, or by address for clients without a key. Events and
 * queries are counted apart, so that reading takes nothing from recording. Any thread.
 */
public final class RateLimiter {
    /**
     * Recently seen clients; one that sends and asks counts twice, and takes about 400 bytes. Beyond this number, the
     * least recently seen start with a full bucket.
     */
    private static final int MAX_CLIENTS = 100_000;

    /** One hour is the longest period, so every bucket is full again by then. */
    private static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);

    /** For tiles without a token, if RATE_LIMIT is not set. An auditor that reads them one by one stays below it. */
    private static final RateLimit PUBLIC = Objects.requireNonNull(RateLimit.parse("1000/second"));

    private static final Duration DAY = Duration.ofDays(1);

    private static final String EVENTS = "events";
    private static final String QUERIES = "queries";

    /**
     * A client and its limit: a changed limit is a new entry, so it takes effect at once.
     *
     * @param kind what is counted
     */
    private record Client(String kind, String name, RateLimit limit) {}

    private final @Nullable RateLimit byDefault;
    private final long dailyBytes;
    private final ClientAddress addresses;
    private final @Nullable SharedBuckets shared;
    private final Cache<Client, Meter> meters = cache(FORGOTTEN_AFTER);
    private final Cache<String, Meter> bytes = cache(DAY);

    /**
     * Nobody has used anything yet.
     *
     * @param byDefault the limit of clients without a limit of their own; null for no limit
     * @param dailyBytes bytes that a client may send a day; 0 for any number
     * @param shared counts what clients use of all servers; null if each server counts for itself
     */
    public RateLimiter(
            @Nullable RateLimit byDefault, long dailyBytes, ClientAddress addresses, @Nullable SharedBuckets shared) {
        this.byDefault = byDefault;
        this.dailyBytes = dailyBytes;
        this.addresses = addresses;
        this.shared = shared;
    }

    /** @param after when every bucket of the cache is full again */
    private static <K> Cache<K, Meter> cache(Duration after) {
        return Caffeine.newBuilder()
                .maximumSize(MAX_CLIENTS)
                .expireAfterAccess(after)
                // On the calling thread: the work is small, and the common pool has no bounded size.
                .executor(Runnable::run)
                .build();
    }

    /** The events that the client may send; null if it has no limit. */
    public @Nullable Allowance events(HttpServerRequest request, Principal principal) {
        return allowance(EVENTS, request, principal);
    }

    /** The events that a sender without requests may send; null if it has no limit of its own. */
    public @Nullable Allowance events(Principal sender) {
        RateLimit limit = sender.rateLimit();
        return limit == null ? null : allowance(new Client(EVENTS, "feed:" + sender.id(), limit));
    }

    /** The queries that the client may make; null if it has no limit. */
    @Nullable
    Allowance queries(HttpServerRequest request, Principal principal) {
        return allowance(QUERIES, request, principal);
    }

    /** The queries that a client may make of what everyone may read, counted for its address. */
    Allowance publicQueries(HttpServerRequest request) {
        return allowance(QUERIES, request, Principal.ANYONE, byDefault == null ? PUBLIC : byDefault);
    }

    /** The bytes that the client may send; null if there is no limit. */
    public @Nullable Quota bytes(HttpServerRequest request, Principal principal) {
        return dailyBytes == 0
                ? null
                : new Quota(
                        dailyBytes,
                        bytes.get(
                                addresses.client(request, principal),
                                client -> meter("bytes:" + client, dailyBytes, DAY)));
    }

    private @Nullable Allowance allowance(String kind, HttpServerRequest request, Principal principal) {
        RateLimit limit = principal.rateLimit() == null ? byDefault : principal.rateLimit();
        return limit == null ? null : allowance(kind, request, principal, limit);
    }

    private Allowance allowance(String kind, HttpServerRequest request, Principal principal, RateLimit limit) {
        return allowance(new Client(kind, addresses.client(request, principal), limit));
    }

    private Allowance allowance(Client client) {
        Meter meter = meters.get(client, of -> meter(of.kind + ":" + of.name, of.limit.events(), of.limit.per()));
        return new Allowance(client.limit, meter);
    }

    private Meter meter(String name, long amount, Duration per) {
        return shared == null
                ? new LocalMeter(amount, per)
                : new SharedMeter(shared, name + ":" + amount + "/" + per.toSeconds(), amount, per, System::nanoTime);
    }
}
