package dev.sentinel.audit.redact;

/** Character classes of secrets. ASCII only: no rule knows a secret with other characters. */
final class Chars {
    private Chars() {}

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isUpper(char c) {
        return c >= 'A' && c <= 'Z';
    }

    static boolean isLetter(char c) {
        return isUpper(c) || (c >= 'a' && c <= 'z');
    }

    /** The characters of base64url (RFC 4648, section 5), and of most names and tokens. */
    static boolean isToken(char c) {
        return isLetter(c) || isDigit(c) || c == '_' || c == '-';
    }

    /** The characters of credentials in RFC 6750 and RFC 7617, including padding. */
    static boolean isCredential(char c) {
        return isToken(c) || c == '.' || c == '~' || c == '+' || c == '/' || c == '=';
    }

    static boolean isQuote(char c) {
        return c == '"' || c == '\'' || c == '`';
    }

    /** Whether a word starts at {@code at}. Rules that check this never scan a run of characters twice. */
    static boolean startsWord(char[] text, int from, int at) {
        return at == from || !isToken(text[at - 1]);
    }

    static int tokenEnd(char[] text, int at, int to) {
        int i = at;
        while (i < to && isToken(text[i])) {
            i++;
        }
        return i;
    }

    static boolean startsWith(char[] text, int at, int to, String prefix) {
        if (to - at < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            if (text[at + i] != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** @param prefix in lower case */
    static boolean startsWithIgnoringCase(char[] text, int at, int to, String prefix) {
        if (to - at < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            char c = text[at + i];
            if ((isUpper(c) ? c + ('a' - 'A') : c) != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static boolean hasDigit(char[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (isDigit(text[i])) {
                return true;
            }
        }
        return false;
    }
}
