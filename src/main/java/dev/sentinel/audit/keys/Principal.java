package dev.sentinel.audit.keys;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The authenticated identity of a request and its permissions.
 *
 * @param id the key's id; null without authentication
 * @param agentPrefix only agents whose ids begin with this are accessible; empty for all
 * @param rateLimit overrides the server's limit; null for the server's
 */
public record Principal(
        @Nullable String id,
        Set<Scope> scopes,
        String agentPrefix,
        @Nullable RateLimit rateLimit) {
    /** Any client of a server without authentication. */
    public static final Principal ANYONE = new Principal(null, Set.of(Scope.ADMIN), "", null);

    /** The holder of the configured API token. */
    public static final Principal API_TOKEN = new Principal("api_token", Set.of(Scope.ADMIN), "", null);

    static Principal of(ApiKey key) {
        return new Principal(key.id(), key.scopes(), key.agentPrefix(), key.rateLimit());
    }

    /** A copy that may only read. */
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
