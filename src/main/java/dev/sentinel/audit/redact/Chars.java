package dev.sentinel.audit.redact;

import java.util.Locale;

/** Classes of characters that secrets are made of. ASCII only: no secret that a rule knows has others. */
final class Chars {
    private static final byte DIGIT = 1;
    private static final byte LETTER = 2;
    private static final byte HEX = 4;
    private static final byte TOKEN = 8;
    private static final byte CREDENTIAL = 16;

    /** The classes of each character of ASCII: one look-up costs less than the comparisons. */
    private static final byte[] CLASSES = classes();

    private Chars() {}

    private static byte[] classes() {
        String digits = "0123456789";
        String lower = "abcdefghijklmnopqrstuvwxyz";
        String letters = lower + lower.toUpperCase(Locale.ROOT);
        byte[] classes = new byte[Terms.ASCII];
        add(classes, digits, DIGIT);
        add(classes, letters, LETTER);
        add(classes, digits + "abcdefABCDEF", HEX);
        add(classes, digits + letters + "_-", TOKEN);
        add(classes, digits + letters + "_-.~+/=", CREDENTIAL);
        return classes;
    }

    private static void add(byte[] classes, String characters, byte bit) {
        for (int i = 0; i < characters.length(); i++) {
            classes[characters.charAt(i)] |= bit;
        }
    }

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
        return c < Terms.ASCII && (CLASSES[c] & HEX) != 0;
    }

    static boolean isUpper(char c) {
        return c >= 'A' && c <= 'Z';
    }

    static boolean isLetter(char c) {
        return c < Terms.ASCII && (CLASSES[c] & LETTER) != 0;
    }

    static boolean isLetterOrDigit(char c) {
        return c < Terms.ASCII && (CLASSES[c] & (LETTER | DIGIT)) != 0;
    }

    /** Of base64url (RFC 4648, section 5), and of most names and tokens. */
    static boolean isToken(char c) {
        return c < Terms.ASCII && (CLASSES[c] & TOKEN) != 0;
    }

    /** Of the credentials of RFC 6750 and RFC 7617, padding included. */
    static boolean isCredential(char c) {
        return c < Terms.ASCII && (CLASSES[c] & CREDENTIAL) != 0;
    }

    static boolean isQuote(char c) {
        return c == '"' || c == '\'' || c == '`';
    }

    static boolean hasDigit(char[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (isDigit(text[i])) {
                return true;
            }
        }
        return false;
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
