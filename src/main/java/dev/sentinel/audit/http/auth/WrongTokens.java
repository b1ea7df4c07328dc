package dev.sentinel.audit.http.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sentinel.audit.http.ClientAddress;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.keys.KeyToken;
import dev.sentinel.audit.keys.Verdict;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Counts the wrong tokens of each address: 30 at once, then one every two seconds. Any thread.
 *
 * <p>A key cannot be guessed, so right tokens pass whatever the count says: clients of one address, such as that of a
 * proxy, must not lock each other out. A short {@code API_TOKEN} could be guessed; then an address that has used up its
 * tries must wait before the next one is looked at.
 */
public final class WrongTokens {
    private static final int TRIES = 30;
    private static final Duration PER = Duration.ofMinutes(1);

    /** One takes about 200 bytes. Beyond this number, the least recently seen addresses start over. */
    private static final int MAX_ADDRESSES = 10_000;

    private final ClientAddress addresses;
    private final boolean guessable;
    private final Cache<String, Bucket> buckets = Caffeine.newBuilder()
            .maximumSize(MAX_ADDRESSES)
            .expireAfterAccess(PER)
            .executor(Runnable::run)
            .build();

    /** @param guessable whether a token of this server is short enough to be guessed */
    public WrongTokens(ClientAddress addresses, boolean guessable) {
        this.addresses = addresses;
        this.guessable = guessable;
    }

    /** The refusal of a token that must not be looked at yet; null if it may be. Sets Retry-After. */
    @Nullable
    Problem refuseUnseen(HttpServerRequest request, @Nullable String token) {
        return !guessable || token == null || KeyToken.isOne(token)
                ? null
                : refusal(request, bucket(request).estimateAbilityToConsume(1).getNanosToWaitForRefill());
    }

    /**
     * Counts a token that was wrong; returns the refusal if there were too many before, else null. Sets Retry-After.
     */
    @Nullable
    Problem refuseWrong(HttpServerRequest request, Verdict.Refused reason) {
        if (reason != Verdict.Refused.UNKNOWN && reason != Verdict.Refused.NO_SESSION) {
            return null;
        }
        ConsumptionProbe probe = bucket(request).tryConsumeAndReturnRemaining(1);
        return refusal(request, probe.isConsumed() ? 0 : probe.getNanosToWaitForRefill());
    }

    private static @Nullable Problem refusal(HttpServerRequest request, long nanos) {
        if (nanos == 0) {
            return null;
        }
        long seconds = Math.max(1, Duration.ofNanos(nanos).toSeconds());
        request.response().putHeader("Retry-After", Long.toString(seconds));
        return new Problem(429, "Too many wrong tokens came from this address. Retry later, with the right one.");
    }

    private Bucket bucket(HttpServerRequest request) {
        InetAddress address = addresses.of(request);
        return buckets.get(
                address == null ? "unknown" : ClientAddress.group(address),
                group -> Bucket.builder()
                        .addLimit(rate -> rate.capacity(TRIES).refillGreedy(TRIES, PER))
                        .withNanosecondPrecision()
                        .build());
    }
}
