package dev.sentinel.audit.http.auth;

import dev.sentinel.audit.keys.ApiKey;
import dev.sentinel.audit.keys.KeyStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the keys for all who ask at the same time at once. The store has one connection, and those who ask for its keys
 * must not keep a server from seeing which are revoked. Any thread.
 */
final class KeyReads {
    private final KeyStore store;
    private Future<List<ApiKey>> last = Future.succeededFuture(List.of());
    private @Nullable Future<List<ApiKey>> next;

    KeyReads(KeyStore store) {
        this.store = store;
    }

    /** The keys as of a moment after the call: a reading that is under way may miss what the caller knows of. */
    synchronized Future<List<ApiKey>> keys() {
        if (next != null) {
            return next;
        }
        Promise<List<ApiKey>> promise = Promise.promise();
        Future<List<ApiKey>> asked = promise.future();
        next = asked;
        last.onComplete(ended -> begin().onComplete(promise));
        return asked;
    }

    private synchronized Future<List<ApiKey>> begin() {
        next = null;
        last = store.keys();
        return last;
    }
}
