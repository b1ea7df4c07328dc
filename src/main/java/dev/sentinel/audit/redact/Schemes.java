package dev.sentinel.audit.redact;

/** Recognizes the value of an Authorization header: a scheme and its credentials (RFC 9110, section 11.4). */
final class Schemes {
    private static final int MAX_SCHEME = 24;
    private static final WordSet SCHEMES = WordSet.of("schemes");

    private Schemes() {}

    /** Whether a scheme with credentials, or cookies, begin here. */
    static boolean isHeaderValue(char[] text, int start, int to, Values values) {
        int word = wordEnd(text, start, to);
        if (word < to && text[word] == '=') {
            return true;
        }
        int blank = Escapes.blank(text, word, to);
        if (blank == 0) {
            return false;
        }
        if (isScheme(text, start, word)) {
            return true;
        }
        int end = word + blank;
        while (end < to && end - word < Placeholders.LONGEST && Chars.isCredential(text[end])) {
            end++;
        }
        return values.isGenerated(text, word + blank, end);
    }

    /** Where the credentials begin after a scheme and a blank; else the same position. */
    static int behindScheme(char[] text, int start, int end) {
        int word = wordEnd(text, start, end);
        int i = word;
        int blank;
        while (i < end && (blank = Escapes.blank(text, i, end)) > 0) {
            i += blank;
        }
        return i > word && isScheme(text, start, word) ? i : start;
    }

    private static boolean isScheme(char[] text, int start, int end) {
        return SCHEMES.hasIgnoringCase(text, start, end) || Chars.startsWithIgnoringCase(text, start, end, "aws4-");
    }

    private static int wordEnd(char[] text, int start, int to) {
        int word = start;
        while (word < to && word - start < MAX_SCHEME && Chars.isToken(text[word])) {
            word++;
        }
        return word;
    }
}
