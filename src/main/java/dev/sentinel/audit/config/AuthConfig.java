package dev.sentinel.audit.config;

import dev.sentinel.audit.keys.KeyRing;
import dev.sentinel.audit.keys.TokenHash;
import org.jspecify.annotations.Nullable;

/**
 * Authentication settings.
 *
 * @param apiToken a token with all permissions; null if not set
 * @param weakApiToken whether the API token is short enough to be guessed
 * @param metricsToken a token that may only read metrics; null if not set
 */
public record AuthConfig(
        Mode mode,
        @Nullable TokenHash apiToken,
        boolean weakApiToken,
        @Nullable TokenHash metricsToken) {

    /** When a request must present a token. */
    public enum Mode {
        /** As soon as a token or a key exists. Until then, only clients on this machine are served. */
        AUTO,
        /** Always. */
        REQUIRED,
        /** Never. */
        NONE
    }

    /** Whether requests need no token: authentication is off, or no token or key exists yet. */
    public boolean isOpen(KeyRing ring) {
        return switch (mode) {
            case NONE -> true;
            case AUTO -> ring.isEmpty();
            case REQUIRED -> false;
        };
    }
}
