package dev.sentinel.audit.http.auth;

import dev.sentinel.audit.keys.ApiKey;
import dev.sentinel.audit.keys.KeyRing;
import dev.sentinel.audit.keys.Session;
import dev.sentinel.audit.keys.TokenHash;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The current keys, and when each was last used. Any thread. */
public final class CurrentKeys {
    /** A key's use is recorded at most once per minute: the thousands of requests in between write nothing. */
    private static final long USE_PRECISION_MS = 60_000;

    private final Map<String, Long> used = new ConcurrentHashMap<>();
    private volatile KeyRing ring;

    /** @param apiToken the token of API_TOKEN; null if it is not set */
    public CurrentKeys(@Nullable TokenHash apiToken) {
        this.ring = new KeyRing(apiToken, List.of());
    }

    public KeyRing ring() {
        return ring;
    }

    void replace(List<ApiKey> keys, List<Session> sessions) {
        ring = ring.with(keys, sessions);
    }

    void use(String id, long nowMs) {
        Long last = used.get(id);
        if (last == null || nowMs - last >= USE_PRECISION_MS) {
            used.put(id, nowMs);
        }
    }

    /** Removes and returns the uses recorded since the last call. */
    Map<String, Instant> takeUses() {
        Map<String, Instant> taken = new HashMap<>();
        used.forEach((id, ms) -> taken.put(id, Instant.ofEpochMilli(ms)));
        // A use recorded in between is lost; the next use records it again.
        taken.keySet().forEach(used::remove);
        return taken;
    }
}
