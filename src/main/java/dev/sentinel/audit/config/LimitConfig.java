package dev.sentinel.audit.config;

import dev.sentinel.audit.keys.RateLimit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rate limits.
 *
 * @param rateLimit the limit for each key, or for each address if there are no keys; null for no limit
 * @param dailyBytes bytes of bodies, decompressed, that each key or address may send a day; 0 for any number
 * @param trustedProxies proxies whose {@code Forwarded} and {@code X-Forwarded-For} fields are trusted
 */
public record LimitConfig(@Nullable RateLimit rateLimit, long dailyBytes, List<Subnet> trustedProxies) {
    public LimitConfig {
        trustedProxies = List.copyOf(trustedProxies);
    }
}
