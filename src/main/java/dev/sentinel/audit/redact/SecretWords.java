package dev.sentinel.audit.redact;

/**
 * Finds out whether a word before a position, on the same line and within reach, is the name of a secret. Remembers
 * what it has read. For one text at a time; one thread.
 */
final class SecretWords {
    static final int REACH = 80;

    private final SecretNames names;
    private int from;
    private int readUntil;
    /** Where the last word that is such a name begins; -1 if there is none on the line. */
    private int last;

    SecretWords(SecretNames names) {
        this.names = names;
    }

    /** Starts a new text. */
    void begin(int newFrom) {
        from = newFrom;
        readUntil = newFrom;
        last = -1;
    }

    /** Positions, which are beginnings of words, may only increase. */
    boolean isBefore(char[] text, int at) {
        int i = Math.max(readUntil, at - REACH);
        while (i > from && at - i <= REACH && Chars.isToken(text[i - 1])) {
            i--;
        }
        while (i < at) {
            if (text[i] == '\n') {
                last = -1;
            }
            int end = Chars.tokenEnd(text, i, at);
            // The first word of a line is not looked at.
            if (end > i && end < at && i > from && text[i - 1] != '\n' && isName(text, i, end)) {
                last = i;
            }
            i = Math.max(end, i + 1);
        }
        readUntil = at;
        return last >= 0 && at - last < REACH;
    }

    private boolean isName(char[] text, int start, int end) {
        return names.secrecy(text, start, end) != NameSecrecy.NONE;
    }
}
