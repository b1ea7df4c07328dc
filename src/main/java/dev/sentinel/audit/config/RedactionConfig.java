package dev.sentinel.audit.config;

import dev.sentinel.audit.redact.RedactionRules;
import java.util.List;

/**
 * What is taken out of events before they are stored.
 *
 * @param moreKeys names of secrets beside the built-in ones
 * @param keptKeys names that are no secrets, whatever the rules say
 */
public record RedactionConfig(RedactionRules.Mode mode, List<String> moreKeys, List<String> keptKeys) {
    public RedactionConfig {
        moreKeys = List.copyOf(moreKeys);
        keptKeys = List.copyOf(keptKeys);
    }

    /** The rules that this describes. */
    public RedactionRules rules() {
        return RedactionRules.of(mode, moreKeys, keptKeys);
    }
}
