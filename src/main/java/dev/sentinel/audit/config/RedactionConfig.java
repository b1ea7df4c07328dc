package dev.sentinel.audit.config;

import dev.sentinel.audit.redact.RedactionRules;
import java.util.List;

/**
 * Which secrets are removed from events before they are stored.
 *
 * @param moreKeys names of secrets in addition to the built-in ones
 * @param keptKeys names that are never secrets, even if a rule matches
 * @param moreShapes lines in the form of the built-in table {@code shapes.tsv}
 */
public record RedactionConfig(
        RedactionRules.Mode mode, List<String> moreKeys, List<String> keptKeys, List<String> moreShapes) {
    public RedactionConfig {
        moreKeys = List.copyOf(moreKeys);
        keptKeys = List.copyOf(keptKeys);
        moreShapes = List.copyOf(moreShapes);
    }

    /** The rules for these settings. */
    public RedactionRules rules() {
        return RedactionRules.of(mode, moreKeys, keptKeys, moreShapes);
    }
}
