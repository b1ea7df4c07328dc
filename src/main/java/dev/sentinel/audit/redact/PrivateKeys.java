package dev.sentinel.audit.redact;

/**
 * Finds private keys in PEM (RFC 7468), of PGP (RFC 4880), of PuTTY and in the form of SSH2, with line ends in any
 * spelling.
 */
final class PrivateKeys {
    private static final String BEGIN = "-----BEGIN";
    private static final String END = "-----END";
    private static final String DASHES = "-----";
    private static final int MAX_LABEL = 60;

    private static final String SSH2 = "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----";
    private static final String SSH2_END = "---- END SSH2 ENCRYPTED PRIVATE KEY ----";
    private static final String PUTTY = "Private-Lines: ";
    private static final String PUTTY_END = "Private-MAC";

    private final Spans spans;
    /** The position of the next end mark, if it is known. Several begin marks share one search. */
    private int nextEnd;

    PrivateKeys(Spans spans) {
        this.spans = spans;
    }

    void begin(int from) {
        nextEnd = from - 1;
    }

    /**
     * Finds the key that begins here.
     *
     * @return where it ends, which is the end of the text if the end mark is missing; -1 if there is none
     */
    int find(char[] text, int at, int to) {
        if (!Chars.startsWith(text, at, to, BEGIN)) {
            return findOfSsh2(text, at, to);
        }
        int label = at + BEGIN.length();
        int labelEnd = indexOf(text, label, Math.min(to, label + MAX_LABEL), DASHES);
        int known = labelEnd < 0 ? Math.min(to, label + MAX_LABEL) : labelEnd;
        if (!isPrivate(text, label, known) || (labelEnd >= 0 && isMentioned(text, labelEnd + DASHES.length(), to))) {
            return -1;
        }
        if (nextEnd < label) {
            int found = indexOf(text, label, to, END);
            nextEnd = found < 0 ? to : found;
        }
        int end = to;
        if (nextEnd < to) {
            int after = nextEnd + END.length();
            int dashes = indexOf(text, after, Math.min(to, after + MAX_LABEL), DASHES);
            end = dashes < 0 ? after : dashes + DASHES.length();
        }
        spans.add(at, end, SecretKind.PRIVATE_KEY);
        return end;
    }

    private int findOfSsh2(char[] text, int at, int to) {
        if (!Chars.startsWith(text, at, to, SSH2)) {
            return -1;
        }
        int found = indexOf(text, at, to, SSH2_END);
        int end = found < 0 ? to : found + SSH2_END.length();
        spans.add(at, end, SecretKind.PRIVATE_KEY);
        return end;
    }

    /** Finds the PuTTY key that begins here. Returns where it ends, or -1 if there is none. */
    int findOfPutty(char[] text, int at, int to) {
        if (text[at] != PUTTY.charAt(0) || !Chars.startsWith(text, at, to, PUTTY)) {
            return -1;
        }
        int start = at + PUTTY.length();
        int found = indexOf(text, start, to, PUTTY_END);
        int end = found < 0 ? to : found;
        spans.add(start, end, SecretKind.PRIVATE_KEY);
        return end;
    }

    /** Whether no key follows, as in text about PEM headers. */
    private static boolean isMentioned(char[] text, int after, int to) {
        return after == to || Chars.isQuote(text[after]) || text[after] == ')' || text[after] == ',';
    }

    /** {@code PRIVATE KEY}, with its blank in any spelling. */
    private static boolean isPrivate(char[] text, int from, int to) {
        int word = indexOf(text, from, to, "PRIVATE");
        return word >= 0 && indexOf(text, word, to, "KEY") >= 0;
    }

    private static int indexOf(char[] text, int from, int to, String what) {
        for (int i = from; i <= to - what.length(); i++) {
            if (Chars.startsWith(text, i, to, what)) {
                return i;
            }
        }
        return -1;
    }
}
