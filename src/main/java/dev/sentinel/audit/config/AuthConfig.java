package dev.sentinel.audit.config;

import dev.sentinel.audit.keys.KeyRing;
import dev.sentinel.audit.keys.TokenHash;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Authentication settings.
 *
 * @param apiToken a token with all permissions; null if not set
 * @param weakApiToken whether the API token is short enough to be guessed
 * @param metricsToken a token that may only read metrics; null if not set
 * @param weakMetricsToken whether the metrics token is short enough to be guessed
 * @param allowedHosts host names, in lower case, by which a server without authentication may be addressed; loopback
 *     names are always allowed
 */
public record AuthConfig(
        Mode mode,
        @Nullable TokenHash apiToken,
        boolean weakApiToken,
        @Nullable TokenHash metricsToken,
        boolean weakMetricsToken,
        List<String> allowedHosts) {
    public AuthConfig {
        allowedHosts = List.copyOf(allowedHosts);
    }

    /** When a request must present a token. */
    public enum Mode {
        /**
         * As soon as a token or a key exists, and from then on until the server stops. Until then, only clients on this
         * machine are served.
         */
        AUTO,
        /** Always. */
        REQUIRED,
        /** Never. */
        NONE
    }

    /** Whether a token is short enough to be guessed. */
    public boolean isGuessable() {
        return weakApiToken || weakMetricsToken;
    }

    /** Whether requests need no token: authentication is off, or no token or key has existed since the start. */
    public boolean isOpen(KeyRing ring) {
        return switch (mode) {
            case NONE -> true;
            case AUTO -> ring.isAlwaysEmpty();
            case REQUIRED -> false;
        };
    }
}
