package dev.sentinel.audit.store.sqlite;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Returns one instance for equal texts that were seen recently: agents and resources repeat, and each event has its own
 * copy. A new text replaces the one in its slot, so memory is bounded by the number of slots. One thread.
 */
final class SharedTexts implements UnaryOperator<String> {
    /** A power of two; with the longest texts, 4 MiB. */
    private static final int SLOTS = 1_024;

    private final @Nullable String[] texts = new String[SLOTS];

    @Override
    public String apply(String text) {
        int hash = text.hashCode();
        int slot = (hash ^ hash >>> 16) & (SLOTS - 1);
        String known = texts[slot];
        if (text.equals(known)) {
            return known;
        }
        texts[slot] = text;
        return text;
    }
}
