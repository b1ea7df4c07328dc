package dev.sentinel.audit.store.sqlite;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Gives one text for many that are equal, of those that were seen lately: agents and resources repeat themselves, and
 * each event brings its own copy. A text takes the place of another, so there are never more than there are places. One
 * thread.
 */
final class SharedTexts implements UnaryOperator<String> {
    /** A power of two; at the longest texts, 4 MiB. */
    private static final int PLACES = 1_024;

    private final @Nullable String[] texts = new String[PLACES];

    @Override
    public String apply(String text) {
        int hash = text.hashCode();
        int place = (hash ^ hash >>> 16) & (PLACES - 1);
        String known = texts[place];
        if (text.equals(known)) {
            return known;
        }
        texts[place] = text;
        return text;
    }
}
