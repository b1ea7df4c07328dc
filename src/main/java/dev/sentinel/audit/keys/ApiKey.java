package dev.sentinel.audit.keys;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A named key, without its secret. Times are to the second, UTC.
 *
 * @param id the public part of its token
 * @param name what its owner calls it
 * @param scopes at least one
 * @param agentPrefix it is good for agents whose ids begin with this only; empty for all
 * @param rateLimit instead of the server's; null if it has none of its own
 * @param expires null if never
 * @param revoked when it was taken back; null if it was not
 * @param lastUsed to some minutes; null if never
 */
public record ApiKey(
        String id,
        String name,
        TokenHash hash,
        Set<Scope> scopes,
        String agentPrefix,
        @Nullable RateLimit rateLimit,
        Instant created,
        @Nullable Instant expires,
        @Nullable Instant revoked,
        @Nullable Instant lastUsed) {
    public ApiKey {
        scopes = Set.copyOf(scopes);
    }

    /** Whether it opens anything, then. */
    public State state(Instant now) {
        if (revoked != null && !revoked.isAfter(now)) {
            return State.REVOKED;
        }
        return expires != null && !expires.isAfter(now) ? State.EXPIRED : State.ACTIVE;
    }

    /** What has become of a key. */
    public enum State {
        ACTIVE,
        EXPIRED,
        REVOKED
    }
}
