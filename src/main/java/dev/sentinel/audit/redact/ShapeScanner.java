package dev.sentinel.audit.redact;

import org.jspecify.annotations.Nullable;

/**
 * Finds secrets in a text in one pass. Most characters cost one table look-up, because secrets are recognized at signs
 * and beginnings of words. Rules do not depend on each other's findings, which {@link Spans} joins. One thread.
 */
final class ShapeScanner {
    private static final int ASCII = 128;
    private static final byte NOTHING = 0;
    private static final byte WORD = 1;
    private static final byte SIGN = 2;
    private static final String SIGNS = ":=%\\>,(|?";

    /** The shortest word that may end with the header of a token. */
    private static final int JWT_PART = 8;

    /** What secrets other than those of the shapes begin with. */
    private static final boolean[] BEGINS = Chars.tableOf("-bBpPiITF0123456789");

    private static final byte[] KINDS = kinds();

    private static final int MAX_INDENT = 16;
    private static final int MAX_HYPHENS = 8;

    private final Shapes shapes;
    private final Spans spans = new Spans();
    private final RefusedRuns refused = new RefusedRuns();
    private final Values values;
    private final Assignments assignments;
    private final Elements elements;
    private final Calls calls;
    private final Options options;
    private final Phrases phrases;
    private final PrivateKeys privateKeys;
    private final Credentials credentials;
    private final CookieJars cookieJars;
    private final Databases databases;
    private final boolean anyCard;

    /** @param anyCard whether a number in one piece is that of a card without anything else that says so */
    ShapeScanner(SecretNames names, Shapes shapes, boolean anyCard) {
        this.shapes = shapes;
        this.anyCard = anyCard;
        values = new Values(names);
        assignments = new Assignments(names, values, spans);
        elements = new Elements(names, values, spans);
        calls = new Calls(names, values, spans);
        options = new Options(names, values, spans);
        phrases = new Phrases(names, values, spans);
        privateKeys = new PrivateKeys(spans);
        credentials = new Credentials(values, spans);
        cookieJars = new CookieJars(values, spans);
        databases = new Databases(values, spans);
    }

    private static byte[] kinds() {
        byte[] kinds = new byte[ASCII];
        for (char c = 0; c < ASCII; c++) {
            kinds[c] = Chars.isToken(c) ? WORD : SIGNS.indexOf(c) >= 0 ? SIGN : NOTHING;
        }
        return kinds;
    }

    private boolean mayBegin(char[] text, int at, int to) {
        return BEGINS[text[at]] || shapes.mayBegin(text, at, to);
    }

    /** The findings of the last scan. */
    Spans found() {
        return spans;
    }

    /** The text without its secrets, or null if it has none. */
    @Nullable
    String clean(char[] text, int from, int to) {
        spans.clear();
        refused.begin();
        values.begin();
        assignments.begin(text, from, to);
        elements.begin();
        calls.begin(from);
        options.begin();
        phrases.begin(from);
        privateKeys.begin(from);
        credentials.begin(from);
        int i = from;
        while (i < to) {
            char c = text[i];
            byte kind = c < ASCII ? KINDS[c] : NOTHING;
            if (kind == NOTHING) {
                i++;
            } else if (kind == WORD) {
                i = word(text, from, i, to);
            } else {
                sign(text, from, i, to);
                i++;
            }
        }
        return spans.isEmpty() ? null : spans.replaced(text, from, to, RedactionRules.REPLACEMENT);
    }

    /** Whether an integer is the number of a card. */
    boolean isCardNumber(char[] text, int from, int to) {
        return to - from >= 13 && CardNumbers.end(text, from, from, to, true) == to;
    }

    private void sign(char[] text, int from, int at, int to) {
        switch (text[at]) {
            case '>' -> {
                elements.tag(text, from, at, to);
                if (at > from && text[at - 1] == '-') {
                    assignments.find(at - 1);
                }
            }
            case ',' -> calls.pair(text, from, at, to);
            case '(' -> calls.call(text, from, at, to);
            case ':' -> {
                if (Chars.startsWith(text, at, to, "://")) {
                    credentials.url(text, at + 3, to);
                } else {
                    databases.colon(text, from, at, to);
                    assignments.find(at);
                }
            }
            case '%' -> {
                if (Chars.startsWithIgnoringCase(text, at, to, "%3a%2f%2f")) {
                    credentials.encodedUrl(text, at + 9, to);
                } else {
                    assignments.find(at);
                }
            }
            default -> assignments.find(at);
        }
    }

    /** Examines the word at this position, also without an escape at its beginning. Returns where to continue. */
    private int word(char[] text, int from, int at, int to) {
        int end = at + 1;
        boolean hyphen = text[at] == '-';
        while (end < to && text[end] < ASCII && KINDS[text[end]] == WORD) {
            hyphen |= text[end] == '-';
            end++;
        }
        int found = mayBegin(text, at, to) ? beginning(text, from, at, to) : -1;
        if (hyphen) {
            found = Math.max(found, behindHyphens(text, at, end, to));
        }
        boolean blank = end < to && (text[end] == ' ' || text[end] == '\t');
        if (blank && (startsLine(text, from, at) || isSet(text, at, end))) {
            phrases.directive(text, at, end, to);
        }
        if (Databases.isCommand(text, at, end)) {
            databases.command(text, end, to);
        }
        if (at > from && (text[at - 1] == '\\' || text[at - 1] == '%' || text[at - 1] == '[' || text[at - 1] == ';')) {
            int part = Escapes.escapePart(text, from, at, end);
            if (part > 0 && at + part < end) {
                found = Math.max(found, beginning(text, from, at + part, to));
                if (Databases.isCommand(text, at + part, end)) {
                    databases.command(text, end, to);
                }
                if (blank && (startsLine(text, from, at + part) || isSet(text, at + part, end))) {
                    phrases.directive(text, at + part, end, to);
                }
            }
        }
        if (end - at >= JWT_PART && end < to && text[end] == '.') {
            credentials.jwt(text, at, end, to);
        }
        return Math.max(found, end);
    }

    /** {@code ${X:-ghp_…}}, {@code key-AKIA…} */
    private int behindHyphens(char[] text, int at, int end, int to) {
        int tries = 0;
        for (int i = at; i < end - 1 && tries < MAX_HYPHENS; i++) {
            if (text[i] == '-' && text[i + 1] != '-') {
                tries++;
                int found = mayBegin(text, i + 1, to) ? shapes.find(text, i + 1, to, refused, spans) : -1;
                if (found > 0) {
                    return found;
                }
            }
        }
        return -1;
    }

    /** {@code aws configure set NAME V} */
    private static boolean isSet(char[] text, int at, int end) {
        return end - at == 3 && Chars.startsWithIgnoringCase(text, at, end, "set");
    }

    private static boolean startsLine(char[] text, int from, int at) {
        int i = at;
        while (i > from && at - i < MAX_INDENT) {
            if (text[i - 1] == ' ' || text[i - 1] == '\t' || text[i - 1] == '#') {
                i--;
            } else if (Escapes.isBehind(text, from, i, 't')) {
                i -= 2;
            } else {
                break;
            }
        }
        return i == from || Escapes.endsLine(text, from, i);
    }

    /** Returns the end of a secret that extends beyond the word, or -1. */
    private int beginning(char[] text, int from, int at, int to) {
        char c = text[at];
        if (c == '-') {
            int end = privateKeys.find(text, at, to);
            if (end < 0) {
                options.find(text, from, at, to);
            }
            return end;
        }
        if (c == 'b' || c == 'B') {
            credentials.http(text, at, to);
        } else if (c == 'p' || c == 'P' || c == 'i' || c == 'I') {
            int end = privateKeys.findOfPutty(text, at, to);
            if (end > 0) {
                return end;
            }
            phrases.find(text, from, at, to);
        } else if (c == 'T' || c == 'F') {
            cookieJars.find(text, from, at, to);
        } else if (Chars.isDigit(c)) {
            int end = CardNumbers.end(text, from, at, to, anyCard);
            if (end > 0) {
                spans.add(at, end, SecretKind.CARD_NUMBER);
                return end;
            }
        }
        return shapes.find(text, at, to, refused, spans);
    }
}
