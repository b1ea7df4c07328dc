package dev.sentinel.audit.query;

import dev.sentinel.audit.digest.HmacSha256;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.TraceQuery;

/**
 * Authenticates cursors with a secret of the log, which all its servers share: a client can use the cursors that it
 * got, and cannot make others. Immutable; any thread.
 */
public final class CursorKey {
    private final byte[] secret;

    /** @param secret 32 random bytes that stay the same as long as cursors are to be good */
    public CursorKey(byte[] secret) {
        this.secret = secret.clone();
    }

    /** The scope of the cursors of a list that has no filters. */
    Cursor.Scope scope(String route) {
        return Cursor.Scope.of(this, route);
    }

    /** The scope of the cursors of a search. */
    Cursor.Scope scope(String route, EventQuery query) {
        return Cursor.Scope.of(this, route, query);
    }

    /** The scope of the cursors of a list of traces. */
    Cursor.Scope scope(String route, TraceQuery query) {
        return Cursor.Scope.of(this, route, query);
    }

    HmacSha256 mac() {
        return new HmacSha256(secret);
    }
}
