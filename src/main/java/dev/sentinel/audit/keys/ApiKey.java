package dev.sentinel.audit.keys;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A named API key, without its secret. Times have a resolution of one second.
 *
 * @param id the public part of its token
 * @param name a label for people
 * @param scopes at least one
 * @param agentPrefix the key covers only agents whose ids begin with this; empty for all
 * @param rateLimit overrides the server's limit; null for the server's
 * @param expires null if never
 * @param revoked when the key stops being valid, or stopped; null if it is not revoked
 * @param lastUsed accurate to a few minutes; null if never
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

    /** The key's state at a time. */
    public State state(Instant now) {
        if (revoked != null && !revoked.isAfter(now)) {
            return State.REVOKED;
        }
        return expires != null && !expires.isAfter(now) ? State.EXPIRED : State.ACTIVE;
    }

    /** Whether a key is valid. */
    public enum State {
        ACTIVE,
        EXPIRED,
        REVOKED
    }
}
