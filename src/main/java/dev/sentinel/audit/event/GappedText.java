package dev.sentinel.audit.event;

import dev.sentinel.audit.redact.RedactionRules;

/** Compares a text that redaction has left gaps in with one that has what was there. */
final class GappedText {
    private static final String GAP = RedactionRules.REPLACEMENT;

    private GappedText() {}

    /**
     * Whether the texts are equal except for the gaps in the first. Compares only the text before its first gap and
     * after its last: matching between gaps would not be linear.
     */
    static boolean matches(String gapped, String text) {
        int first = gapped.indexOf(GAP);
        if (first < 0) {
            return gapped.equals(text);
        }
        String end = gapped.substring(gapped.lastIndexOf(GAP) + GAP.length());
        return text.length() >= first + end.length()
                && text.startsWith(gapped.substring(0, first))
                && text.endsWith(end);
    }
}
