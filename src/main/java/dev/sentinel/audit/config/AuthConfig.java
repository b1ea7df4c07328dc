package dev.sentinel.audit.config;

import dev.sentinel.audit.keys.KeyRing;
import dev.sentinel.audit.keys.TokenHash;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what.
 *
 * @param apiToken good for everything; null if there is none
 * @param weakApiToken whether it is so short that it could be guessed
 * @param metricsToken good for reading metrics only; null if there is none
 */
public record AuthConfig(
        Mode mode,
        @Nullable TokenHash apiToken,
        boolean weakApiToken,
        @Nullable TokenHash metricsToken) {

    /** When a request must show a token. */
    public enum Mode {
        /** As soon as there is a token or a key; until then, this machine only. */
        AUTO,
        /** Always. */
        REQUIRED,
        /** Never. */
        NONE
    }

    /** Whether nothing is asked for: without authentication, or as long as there is nothing to authenticate with. */
    public boolean isOpen(KeyRing ring) {
        return switch (mode) {
            case NONE -> true;
            case AUTO -> ring.isEmpty();
            case REQUIRED -> false;
        };
    }
}
