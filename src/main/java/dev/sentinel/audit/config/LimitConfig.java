package dev.sentinel.audit.config;

import dev.sentinel.audit.keys.RateLimit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much one client may send.
 *
 * @param rateLimit of each key, or each address where there are no keys; null if there is no limit
 * @param trustedProxies whose word is taken on where a request comes from
 */
public record LimitConfig(@Nullable RateLimit rateLimit, List<Subnet> trustedProxies) {
    public LimitConfig {
        trustedProxies = List.copyOf(trustedProxies);
    }
}
