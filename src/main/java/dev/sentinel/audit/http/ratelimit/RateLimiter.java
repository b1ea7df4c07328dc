package dev.sentinel.audit.http.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sentinel.audit.http.ClientAddress;
import dev.sentinel.audit.keys.Principal;
import dev.sentinel.audit.keys.RateLimit;
import io.github.bucket4j.Bucket;
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
     * Recently seen clients; one takes about 200 bytes. Beyond this number, the least recently seen start with a full
     * bucket.
     */
    private static final int MAX_CLIENTS = 50_000;

    /** One hour is the longest period, so every bucket is full again by then. */
    private static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);

    /** For tiles without a token, if RATE_LIMIT is not set. An auditor that reads them one by one stays below it. */
    private static final RateLimit PUBLIC = Objects.requireNonNull(RateLimit.parse("1000/second"));

    private static final Duration DAY = Duration.ofDays(1);

    /** A client and its limit: a changed limit is a new entry, so it takes effect at once. */
    private record Client(String name, RateLimit limit) {}

    private final @Nullable RateLimit byDefault;
    private final long dailyBytes;
    private final ClientAddress addresses;
    private final Cache<Client, Bucket> events = cache(FORGOTTEN_AFTER);
    private final Cache<Client, Bucket> queries = cache(FORGOTTEN_AFTER);
    private final Cache<String, Bucket> bytes = cache(DAY);

    /**
     * Nobody has used anything yet.
     *
     * @param byDefault the limit of clients without a limit of their own; null for no limit
     * @param dailyBytes bytes that a client may send a day; 0 for any number
     */
    public RateLimiter(@Nullable RateLimit byDefault, long dailyBytes, ClientAddress addresses) {
        this.byDefault = byDefault;
        this.dailyBytes = dailyBytes;
        this.addresses = addresses;
    }

    /** @param after when every bucket of the cache is full again */
    private static <K> Cache<K, Bucket> cache(Duration after) {
        return Caffeine.newBuilder()
                .maximumSize(MAX_CLIENTS)
                .expireAfterAccess(after)
                // On the calling thread: the work is small, and the common pool has no bounded size.
                .executor(Runnable::run)
                .build();
    }

    /** The events that the client may send; null if it has no limit. */
    public @Nullable Allowance events(HttpServerRequest request, Principal principal) {
        return allowance(events, request, principal);
    }

    /** The queries that the client may make; null if it has no limit. */
    @Nullable
    Allowance queries(HttpServerRequest request, Principal principal) {
        return allowance(queries, request, principal);
    }

    /** The queries that a client may make of what everyone may read, counted for its address. */
    Allowance publicQueries(HttpServerRequest request) {
        return allowance(queries, request, Principal.ANYONE, byDefault == null ? PUBLIC : byDefault);
    }

    /** The bytes that the client may send; null if there is no limit. */
    public @Nullable Quota bytes(HttpServerRequest request, Principal principal) {
        return dailyBytes == 0
                ? null
                : new Quota(
                        dailyBytes, bytes.get(addresses.client(request, principal), client -> bucket(dailyBytes, DAY)));
    }

    private @Nullable Allowance allowance(
            Cache<Client, Bucket> buckets, HttpServerRequest request, Principal principal) {
        RateLimit limit = principal.rateLimit() == null ? byDefault : principal.rateLimit();
        return limit == null ? null : allowance(buckets, request, principal, limit);
    }

    private Allowance allowance(
            Cache<Client, Bucket> buckets, HttpServerRequest request, Principal principal, RateLimit limit) {
        Bucket bucket = buckets.get(
                new Client(addresses.client(request, principal), limit),
                client -> bucket(client.limit.events(), client.limit.per()));
        return new Allowance(limit, bucket);
    }

    private static Bucket bucket(long amount, Duration per) {
        return Bucket.builder()
                .addLimit(rate -> rate.capacity(amount).refillGreedy(amount, per))
                // Uses the monotonic clock: the wall clock can be set.
                .withNanosecondPrecision()
                .build();
    }
}
