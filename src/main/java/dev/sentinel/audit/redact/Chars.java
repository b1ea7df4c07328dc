package dev.sentinel.audit.redact;

/** Classes of characters that secrets are made of. ASCII only: no secret that a rule knows has others. */
final class Chars {
    private Chars() {}

    /** A table of ASCII characters, for sets that are looked up for every character of a text. */
    static boolean[] tableOf(String characters) {
        boolean[] table = new boolean[Terms.ASCII];
        for (int i = 0; i < characters.length(); i++) {
            table[characters.charAt(i)] = true;
        }
        return table;
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isHex(char c) {
        return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    static boolean isUpper(char c) {
        return c >= 'A' && c <= 'Z';
    }

    static boolean isLetter(char c) {
        return isUpper(c) || (c >= 'a' && c <= 'z');
    }

    /** Of base64url (RFC 4648, section 5), and of most names and tokens. */
    static boolean isToken(char c) {
        return isLetter(c) || isDigit(c) || c == '_' || c == '-';
    }

    /** Of the credentials of RFC 6750 and RFC 7617, padding included. */
    static boolean isCredential(char c) {
        return isToken(c) || c == '.' || c == '~' || c == '+' || c == '/' || c == '=';
    }

    static boolean isQuote(char c) {
        return c == '"' || c == '\'' || c == '`';
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
}
