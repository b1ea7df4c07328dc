package dev.sentinel.audit.keys;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where keys are kept, and what administrators did until the server has captured it. Several processes may have it
 * open. Blocking; one thread at a time. Failures are unchecked, with a message of one line for the operator.
 *
 * <p>An administrative act is written in the same transaction as what it did, so neither is there without the other.
 */
public interface KeyStore extends AutoCloseable {

    /** All keys ever made, oldest first. */
    List<ApiKey> keys();

    Optional<ApiKey> find(String id);

    /** Whether another process has written since the last call; true for the first. Cheap enough for every second. */
    boolean changed();

    /** Adds a key. */
    void add(ApiKey key, AdminAct act);

    /** Takes a key back, from that time on. */
    void revoke(String id, Instant from, AdminAct act);

    /** Adds a key in the place of another, which is taken back from that time on. */
    void replace(String id, Instant from, ApiKey with, AdminAct act);

    /** Remembers an act that changes no key. */
    void record(AdminAct act);

    /** Remembers when keys were last used. */
    void used(Map<String, Instant> lastUsed);

    /** Acts that are not captured yet, oldest first. */
    List<AdminAct> uncaptured(int limit);

    /** The server has captured these. */
    void captured(List<AdminAct> acts);

    /**
     * Takes over the keys of another installation and what is not captured of it. A key that is known by its id becomes
     * as it is there, but one that was revoked here stays so.
     */
    void adopt(List<ApiKey> keys, List<AdminAct> acts);

    /** Writes a copy of everything to a new file, for its owner only. */
    void copyTo(Path file);

    @Override
    void close();
}
