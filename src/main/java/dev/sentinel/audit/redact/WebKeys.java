package dev.sentinel.audit.redact;

/**
 * Finds the private members of JSON Web Keys (RFC 7517) in a text: {@code {"kty":"EC","d":"V"}}, in any order. One
 * thread.
 */
final class WebKeys {
    private static final WordSet PRIVATE = WordSet.of("webkey");
    private static final String TYPE = "kty";
    /** How far before its type a key may begin, and how far behind it end. */
    private static final int REACH = 8192;

    private static final int MAX_GAP = 8;

    private final Values values;
    private final Spans spans;
    private final Quotes quote = new Quotes();
    /** Keys before this were examined. */
    private int doneUntil;

    WebKeys(Values values, Spans spans) {
        this.values = values;
        this.spans = spans;
    }

    /** Whether a member of this name is private in a key. */
    static boolean isPrivate(String member) {
        return PRIVATE.has(member.toCharArray(), 0, member.length());
    }

    /** Starts a new text. */
    void begin(int from) {
        doneUntil = from;
    }

    /** Whether a member of this name has the type of a key. */
    static boolean isType(char[] text, int name, int nameEnd) {
        return nameEnd - name == TYPE.length() && Chars.startsWith(text, name, nameEnd, TYPE);
    }

    /** Examines the object around the type of a key. */
    void find(char[] text, int type, int to) {
        int start = type;
        int least = Math.max(doneUntil, type - REACH);
        while (start > least && text[start - 1] != '{') {
            start--;
        }
        if (type < doneUntil || start == least) {
            doneUntil = Math.max(doneUntil, type);
            return;
        }
        int end = type;
        int limit = Math.min(to, type + REACH);
        while (end < limit && text[end] != '}') {
            end++;
        }
        doneUntil = end;
        for (int i = start; i < end; i++) {
            if (Chars.isQuote(text[i])) {
                i = member(text, i + 1, end) - 1;
            }
        }
    }

    /** Takes the value of the member whose name begins here if it is private. Returns where to continue. */
    private int member(char[] text, int name, int end) {
        int nameEnd = Chars.tokenEnd(text, name, end);
        if (!PRIVATE.has(text, name, nameEnd) || !quote.at(text, nameEnd, end)) {
            return Math.max(name, nameEnd);
        }
        int sign = skipBlanks(text, quote.end(), end);
        int value = sign < end && text[sign] == ':' ? skipBlanks(text, sign + 1, end) : end;
        if (!quote.at(text, value, end)) {
            return nameEnd;
        }
        int first = quote.end();
        int last = quote.close(text, first, end);
        if (values.isSecretValue(NameSecrecy.LIKELY, text, first, last, true)) {
            spans.add(first, last, SecretKind.ASSIGNMENT);
        }
        return last;
    }

    private static int skipBlanks(char[] text, int at, int to) {
        return Escapes.skipSpaces(text, at, to, MAX_GAP);
    }
}
