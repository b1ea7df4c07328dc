package dev.sentinel.audit.keys;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A snapshot of all tokens and keys. Immutable; any thread. */
public final class KeyRing {
    private final @Nullable TokenHash apiToken;
    private final Map<String, ApiKey> keys;

    /** By the hash of the cookie, in hexadecimal: no client can choose a value with a given hash. */
    private final Map<String, Session> sessions;

    private final boolean wasEmpty;

    /** @param apiToken the configured API token; null if not set */
    public KeyRing(@Nullable TokenHash apiToken, List<ApiKey> keys) {
        this(apiToken, keys, List.of(), true);
    }

    private KeyRing(@Nullable TokenHash apiToken, List<ApiKey> keys, List<Session> sessions, boolean wasEmpty) {
        this.apiToken = apiToken;
        this.keys = keys.stream().collect(Collectors.toUnmodifiableMap(ApiKey::id, Function.identity()));
        this.sessions = sessions.stream()
                .collect(
                        Collectors.toUnmodifiableMap(session -> session.cookie().hex(), Function.identity()));
        this.wasEmpty = wasEmpty;
    }

    /** A copy with other keys and sessions, that remembers whether this ring or one before it had any keys. */
    public KeyRing with(List<ApiKey> newKeys, List<Session> newSessions) {
        return new KeyRing(apiToken, newKeys, newSessions, isAlwaysEmpty());
    }

    /** Whether no token and no key exists now. Revoked and expired keys still count as keys. */
    public boolean isEmpty() {
        return apiToken == null && keys.isEmpty();
    }

    /**
     * Whether no token and no key exists, or has existed in a ring that this one is a copy of. Deleting the keys of a
     * running server must not open it.
     */
    public boolean isAlwaysEmpty() {
        return wasEmpty && isEmpty();
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
        return verdict(key, now);
    }

    /** The key with this id, also one that is not valid any more. */
    public Optional<ApiKey> find(String id) {
        return Optional.ofNullable(keys.get(id));
    }

    /** Whether this is the cookie of a session, also of one that has ended since the keys were read. */
    public boolean knowsSession(String cookie) {
        return sessions.containsKey(TokenHash.of(cookie).hex());
    }

    /**
     * Authenticates a session. Its principal has all scopes of the key.
     *
     * @param cookie the value of the cookie; null if the browser sent none
     */
    public Verdict verifySession(@Nullable String cookie, Instant now) {
        if (cookie == null) {
            return Verdict.Refused.MISSING;
        }
        Session session = sessions.get(TokenHash.of(cookie).hex());
        if (session == null) {
            return Verdict.Refused.NO_SESSION;
        }
        if (session.keyId().equals(Principal.API_TOKEN.id())) {
            return apiToken != null && session.isValid(apiToken, now)
                    ? new Verdict.Accepted(Principal.API_TOKEN)
                    : Verdict.Refused.NO_SESSION;
        }
        ApiKey key = keys.get(session.keyId());
        return key != null && session.isValid(key.hash(), now) ? verdict(key, now) : Verdict.Refused.NO_SESSION;
    }

    /** Whether this is the value of the page that began the session of this cookie. */
    public boolean isPageOf(String page, String cookie) {
        Session session = sessions.get(TokenHash.of(cookie).hex());
        return session != null && session.page().matches(TokenHash.of(page));
    }

    private static Verdict verdict(ApiKey key, Instant now) {
        return switch (key.state(now)) {
            case ACTIVE -> new Verdict.Accepted(Principal.of(key));
            case EXPIRED -> Verdict.Refused.EXPIRED;
            case REVOKED -> Verdict.Refused.REVOKED;
        };
    }
}
