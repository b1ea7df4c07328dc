package dev.sentinel.audit.http.auth;

import dev.sentinel.audit.keys.ApiKey;
import dev.sentinel.audit.keys.KeyRing;
import dev.sentinel.audit.keys.TokenHash;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The keys as of now, and when they were used. Any thread. */
public final class CurrentKeys {
    /** Between two notes that a key is in use: the thousands of requests in between write nothing. */
    private static final long USE_PRECISION_MS = 60_000;

    private final Map<String, Long> used = new ConcurrentHashMap<>();
    private volatile KeyRing ring;

    /** @param apiToken the server's one token; null if it has none */
    public CurrentKeys(@Nullable TokenHash apiToken) {
        this.ring = new KeyRing(apiToken, List.of());
    }

    public KeyRing ring() {
        return ring;
    }

    void replace(List<ApiKey> keys) {
        ring = ring.with(keys);
    }

    void use(String id, long nowMs) {
        Long last = used.get(id);
        if (last == null || nowMs - last >= USE_PRECISION_MS) {
            used.put(id, nowMs);
        }
    }

    /** Uses that were noted since the last call. */
    Map<String, Instant> takeUses() {
        Map<String, Instant> taken = new HashMap<>();
        used.forEach((id, ms) -> taken.put(id, Instant.ofEpochMilli(ms)));
        // One that is noted in between is lost, and noted again with the next use.
        taken.keySet().forEach(used::remove);
        return taken;
    }
}
