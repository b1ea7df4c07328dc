package dev.sentinel.audit.keys;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A snapshot of all tokens and keys. Immutable; any thread. */
public final class KeyRing {
    private final @Nullable TokenHash apiToken;
    private final Map<String, ApiKey> keys;

    /** @param apiToken the configured API token; null if not set */
    public KeyRing(@Nullable TokenHash apiToken, List<ApiKey> keys) {
        this.apiToken = apiToken;
        this.keys = keys.stream().collect(Collectors.toUnmodifiableMap(ApiKey::id, Function.identity()));
    }

    /** A copy with other keys. */
    public KeyRing with(List<ApiKey> newKeys) {
        return new KeyRing(apiToken, newKeys);
    }

    /** Whether no token and no key exists. Revoked and expired keys still count as keys. */
    public boolean isEmpty() {
        return apiToken == null && keys.isEmpty();
    }

    /**
     * Authenticates a token.
     *
     * @param token null if the client sent none
     */
    public Verdict verify(@Nullable String token, Instant now) {
        if (token == null) {
            return Verdict.Refused.MISSING;
        }
        TokenHash hash = TokenHash.of(token);
        if (apiToken != null && apiToken.matches(hash)) {
            return new Verdict.Accepted(Principal.API_TOKEN);
        }
        String id = KeyToken.idOf(token);
        ApiKey key = id == null ? null : keys.get(id);
        // The id is public and may be looked up; the secret must be compared in constant time.
        if (key == null || !key.hash().matches(hash)) {
            return Verdict.Refused.UNKNOWN;
        }
        return switch (key.state(now)) {
            case ACTIVE -> new Verdict.Accepted(Principal.of(key));
            case EXPIRED -> Verdict.Refused.EXPIRED;
            case REVOKED -> Verdict.Refused.REVOKED;
        };
    }
}
