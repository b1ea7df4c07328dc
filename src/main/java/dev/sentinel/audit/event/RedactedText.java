package dev.sentinel.audit.event;

import dev.sentinel.audit.redact.RedactionRules;

/** Compares texts, one of which may be the redacted form of the other. */
final class RedactedText {
    private static final String GAP = RedactionRules.REPLACEMENT;

    private RedactedText() {}

    /** Whether the texts are equal except for parts that are redacted in one of them. */
    static boolean same(String left, String right) {
        return left.equals(right) || fits(left, right) || fits(right, left);
    }

    /** Compares only the text before the first gap and after the last. Matching between gaps would not be linear. */
    private static boolean fits(String withGaps, String text) {
        int first = withGaps.indexOf(GAP);
        if (first < 0) {
            return false;
        }
        String end = withGaps.substring(withGaps.lastIndexOf(GAP) + GAP.length());
        return text.length() >= first + end.length()
                && text.startsWith(withGaps.substring(0, first))
                && text.endsWith(end);
    }
}
