package dev.sentinel.audit.client;

import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.redact.Redactor;

/**
 * The beginning of a redacted text. It ends neither within a character nor within a replacement, and there is nothing
 * in it to redact, as there may be in a text that reads differently without its end.
 */
final class CutText {
    /** How often a beginning is shortened before nothing is left of it. */
    private static final int MAX_TRIES = 8;

    private CutText() {}

    /** The first characters (code points) of a redacted text, or all of it. */
    static String first(String text, int max, Redactor redactor) {
        if (text.codePointCount(0, text.length()) <= max) {
            return text;
        }
        return clean(text.substring(0, boundary(text, text.offsetByCodePoints(0, max))), redactor);
    }

    /** The longest beginning in which there is nothing to redact. */
    static String clean(String beginning, Redactor redactor) {
        String text = beginning;
        for (int i = 0; i < MAX_TRIES; i++) {
            String clean = redactor.clean(text);
            if (clean == null) {
                return text;
            }
            text = common(text, clean);
        }
        return "";
    }

    /** What two texts begin with. */
    static String common(String one, String other) {
        int same = 0;
        int limit = Math.min(one.length(), other.length());
        while (same < limit && one.charAt(same) == other.charAt(same)) {
            same++;
        }
        return one.substring(0, boundary(one, same));
    }

    /** The last position up to this one at which neither a character nor a replacement is cut in two. */
    private static int boundary(String text, int at) {
        int end = at;
        if (end > 0 && end < text.length() && Character.isSurrogatePair(text.charAt(end - 1), text.charAt(end))) {
            end--;
        }
        String replacement = RedactionRules.REPLACEMENT;
        int from = text.lastIndexOf(replacement, end - 1);
        return from >= 0 && from < end && from + replacement.length() > end ? from : end;
    }
}
