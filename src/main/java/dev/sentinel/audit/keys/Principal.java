package dev.sentinel.audit.keys;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * On whose behalf a request is made.
 *
 * @param id of the key; null where no key is asked for
 * @param agentPrefix agents whose ids begin with this are all that it may touch; empty for all
 * @param rateLimit of its own; null if the server's holds
 */
public record Principal(
        @Nullable String id,
        Set<Scope> scopes,
        String agentPrefix,
        @Nullable RateLimit rateLimit) {
    /** Whoever, of a server without authentication. */
    public static final Principal ANYONE = new Principal(null, Set.of(Scope.ADMIN), "", null);

    /** The holder of the server's one token. */
    public static final Principal API_TOKEN = new Principal("api_token", Set.of(Scope.ADMIN), "", null);

    static Principal of(ApiKey key) {
        return new Principal(key.id(), key.scopes(), key.agentPrefix(), key.rateLimit());
    }

    /** The same, but for reading only. */
    public Principal readOnly() {
        return new Principal(id, Set.of(Scope.READ), agentPrefix, rateLimit);
    }

    public boolean has(Scope scope) {
        return scopes.contains(scope) || scopes.contains(Scope.ADMIN);
    }

    public boolean mayTouch(String agentInstanceId) {
        return agentInstanceId.startsWith(agentPrefix);
    }
}
