package dev.sentinel.audit.http.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sentinel.audit.http.ClientAddress;
import dev.sentinel.audit.keys.Principal;
import dev.sentinel.audit.keys.RateLimit;
import io.github.bucket4j.Bucket;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Tracks how much each client may still send: by key, or by address for clients without a key. Any thread. */
public final class RateLimiter {
    /**
     * Recently seen clients; one takes about 200 bytes. Beyond this number, the least recently seen start with a full
     * bucket.
     */
    private static final int MAX_CLIENTS = 50_000;

    /** One hour is the longest period, so every bucket is full again by then. */
    private static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);

    /** A client and its limit: a changed limit is a new entry, so it takes effect at once. */
    private record Client(String name, RateLimit limit) {}

    private final @Nullable RateLimit byDefault;
    private final ClientAddress addresses;
    private final Cache<Client, Bucket> buckets = Caffeine.newBuilder()
            .maximumSize(MAX_CLIENTS)
            .expireAfterAccess(FORGOTTEN_AFTER)
            // On the calling thread: the work is small, and the common pool has no bounded size.
            .executor(Runnable::run)
            .build();

    /** @param byDefault the limit of clients without a limit of their own; null for no limit */
    public RateLimiter(@Nullable RateLimit byDefault, ClientAddress addresses) {
        this.byDefault = byDefault;
        this.addresses = addresses;
    }

    /** What the client may send; null if it has no limit. */
    public @Nullable Allowance allowance(HttpServerRequest request, Principal principal) {
        RateLimit limit = principal.rateLimit() == null ? byDefault : principal.rateLimit();
        if (limit == null) {
            return null;
        }
        Bucket bucket =
                buckets.get(new Client(addresses.client(request, principal), limit), client -> bucket(client.limit));
        return new Allowance(limit, bucket);
    }

    private static Bucket bucket(RateLimit limit) {
        return Bucket.builder()
                .addLimit(rate -> rate.capacity(limit.events()).refillGreedy(limit.events(), limit.per()))
                // Uses the monotonic clock: the wall clock can be set.
                .withNanosecondPrecision()
                .build();
    }
}
