package dev.sentinel.audit.store;

import java.util.List;

/** Decides whether a text matches a pattern. Reads the text once. Immutable. */
final class PatternMatcher {
    private final TextPattern pattern;
    private final List<TextFinder> middle;

    PatternMatcher(TextPattern pattern) {
        this.pattern = pattern;
        this.middle = pattern.middle().stream().map(TextFinder::of).toList();
    }

    boolean matches(String text) {
        if (pattern.isExact()) {
            return pattern.first().equals(text);
        }
        int at = pattern.first().length();
        int end = text.length() - pattern.last().length();
        if (at > end || !text.startsWith(pattern.first()) || !text.endsWith(pattern.last())) {
            return false;
        }
        // The first occurrence of each part leaves the most text for those after it.
        for (TextFinder part : middle) {
            at = part.endOf(text, at, end);
            if (at < 0) {
                return false;
            }
        }
        return true;
    }
}
