package dev.sentinel.audit.keys;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All tokens that there are, at one time. Immutable, any thread. */
public final class KeyRing {
    private final @Nullable TokenHash apiToken;
    private final Map<String, ApiKey> keys;

    /** @param apiToken the server's one token; null if it has none */
    public KeyRing(@Nullable TokenHash apiToken, List<ApiKey> keys) {
        this.apiToken = apiToken;
        this.keys = keys.stream().collect(Collectors.toUnmodifiableMap(ApiKey::id, Function.identity()));
    }

    /** The same token with other keys. */
    public KeyRing with(List<ApiKey> newKeys) {
        return new KeyRing(apiToken, newKeys);
    }

    /** Whether there is or ever was something to authenticate with. */
    public boolean isEmpty() {
        return apiToken == null && keys.isEmpty();
    }

    /**
     * Says whose a token is.
     *
     * @param token null if the client showed none
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
        // The id is public; what would tell something by its time is the hash.
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
