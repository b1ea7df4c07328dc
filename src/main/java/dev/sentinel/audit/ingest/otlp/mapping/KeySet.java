package dev.sentinel.audit.ingest.otlp.mapping;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Keys of attributes: whole ones, and beginnings. */
record KeySet(Set<String> whole, List<String> prefixes) {
    /** @param words a key ends with {@code *} if only its beginning counts */
    static KeySet of(List<String> words) {
        Set<String> whole = new HashSet<>();
        List<String> prefixes = new ArrayList<>();
        for (String word : words) {
            if (word.endsWith("*")) {
                prefixes.add(word.substring(0, word.length() - 1));
            } else {
                whole.add(word);
            }
        }
        return new KeySet(Set.copyOf(whole), List.copyOf(prefixes));
    }

    boolean has(String key) {
        if (whole.contains(key)) {
            return true;
        }
        for (String prefix : prefixes) {
            if (key.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }
}
