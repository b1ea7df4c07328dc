package dev.sentinel.audit.keys;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Stores API keys and the sessions of browsers, and administrative acts until the server has captured them. Several
 * processes may have it open at once.
 *
 * <p>Any thread; no method blocks. At most {@link #MAX_CALLS} calls may be under way at once. A Future that fails does
 * so with a {@link dev.sentinel.audit.failure.Failure} whose message is one line for the operator. A change MUST be
 * durable before its Future succeeds. An administrative act is written in the same transaction as what it did, so
 * neither is there without the other.
 */
public interface KeyStore {
    /** Sessions of one key at the same time: a key that leaked must not fill the memory of the servers. */
    int MAX_SESSIONS = 50;

    /** Calls under way at once; further ones may fail as if the store were overloaded. */
    int MAX_CALLS = 16;

    /** All keys ever created, oldest first. */
    Future<List<ApiKey>> keys();

    /** The key with this id, if there ever was one. */
    Future<Optional<ApiKey>> find(String id);

    /**
     * A number that changes when another process has changed a key or a session. Cheap enough to read every second; it
     * means nothing beyond this store.
     */
    Future<Long> version();

    /** Adds a key. Fails, and changes nothing, if its id is taken. */
    Future<Void> add(ApiKey key, AdminAct act);

    /** Makes a key invalid from that time on. */
    Future<Void> revoke(String id, Instant from, AdminAct act);

    /** Adds a key that replaces another, which is invalid from that time on. */
    Future<Void> replace(String id, Instant from, ApiKey with, AdminAct act);

    /** Remembers an act that changes no key. */
    Future<Void> record(AdminAct act);

    /** Remembers when keys were last used; an id that is unknown is ignored. */
    Future<Void> used(Map<String, Instant> lastUsed);

    /** Acts that are not captured yet, oldest first. */
    Future<List<AdminAct>> uncaptured(int limit);

    /** Forgets acts that the server has captured. */
    Future<Void> captured(List<AdminAct> acts);

    /**
     * Copies the keys of another installation and its acts that are not captured. A key with a known id is overwritten,
     * but a key that was revoked here stays revoked.
     */
    Future<Void> adopt(List<ApiKey> keys, List<AdminAct> acts);

    /**
     * The 32 random bytes with which the servers of this store authenticate what clients send back, such as cursors.
     * Created by the first call, and the same ever after.
     */
    Future<byte[]> secret();

    /** Takes over the secret of another installation, unless this store has one already. */
    Future<Void> adoptSecret(byte[] secret);

    /** All sessions, also expired ones. */
    Future<List<Session>> sessions();

    /**
     * Adds a session. Removes those that have expired by then, and the oldest ones of the same key beyond
     * {@link #MAX_SESSIONS}.
     */
    Future<Void> begin(Session session, Instant now);

    /** Removes a session; ignores an unknown one. */
    Future<Void> end(TokenHash cookie);

    /** Releases everything, within seconds even if the database does not answer. Must be called once, last. */
    Future<Void> close();
}
