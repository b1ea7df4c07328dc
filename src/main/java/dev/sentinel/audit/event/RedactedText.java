package dev.sentinel.audit.event;

import dev.sentinel.audit.redact.RedactionRules;

/** Compares texts of which one may be the other with secrets taken out. */
final class RedactedText {
    private static final String GAP = RedactionRules.REPLACEMENT;

    private RedactedText() {}

    /** Whether they are equal but for what is redacted in one of them. */
    static boolean same(String left, String right) {
        return left.equals(right) || fits(left, right) || fits(right, left);
    }

    /** Looks at what is before the first gap and behind the last: a search for what is between would not be linear. */
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
