package dev.sentinel.audit.config;

import dev.sentinel.audit.redact.RedactionRules;
import java.util.List;

/**
 * Which secrets are removed from events before they are stored.
 *
 * @param moreKeys names of secrets in addition to the built-in ones
 * @param keptKeys names that are never secrets, even if a rule matches
 */
public record RedactionConfig(RedactionRules.Mode mode, List<String> moreKeys, List<String> keptKeys) {
    public RedactionConfig {
        moreKeys = List.copyOf(moreKeys);
        keptKeys = List.copyOf(keptKeys);
    }

    /** The rules for these settings. */
    public RedactionRules rules() {
        return RedactionRules.of(mode, moreKeys, keptKeys);
    }
}
