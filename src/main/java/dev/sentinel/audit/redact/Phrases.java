package dev.sentinel.audit.redact;

/**
 * Finds secrets that follow words without a sign: {@code ALTER USER u PASSWORD 'V'}, {@code IDENTIFIED BY 'V'}, netrc,
 * {@code the password is V}, and the directives of configuration files: {@code ENV DB_PASSWORD V}.
 */
final class Phrases {
    private static final int MAX_GAP = 8;
    private static final int MAX_COLUMN = 40;
    private static final int MAX_NAME = 64;
    private static final int SHORTEST = 3;
    private static final int SHORTEST_TOLD = 8;

    private static final WordSet DIRECTIVES = WordSet.of("directives");

    private final SecretNames names;
    private final Values values;
    private final Spans spans;
    private final Quotes quote = new Quotes();
    private final NameBefore before = new NameBefore();
    private final Preceding logins = new Preceding("login ", "machine ");
    private final Preceding statements = new Preceding("user ", "role ", "grant ", "connect to ");

    Phrases(SecretNames names, Values values, Spans spans) {
        this.names = names;
        this.values = values;
        this.spans = spans;
    }

    /** Starts a new text. */
    void begin(int from) {
        logins.begin(from);
        statements.begin(from);
    }

    /** Examines the word at this position, which begins with p or i. */
    void find(char[] text, int from, int at, int to) {
        char second = at + 1 < to ? text[at + 1] : 0;
        if (second == 's' && Chars.startsWith(text, at, to, "is ")) {
            told(text, from, at, to);
        } else if ((second | 0x20) == 'a' && Chars.startsWithIgnoringCase(text, at, to, "password")) {
            password(text, from, at, at + 8, to);
        } else if ((second | 0x20) == 'd' && Chars.startsWithIgnoringCase(text, at, to, "identified")) {
            identified(text, at, to);
        }
    }

    private void password(char[] text, int from, int at, int end, int to) {
        int start = skip(text, end, to);
        if (start == end || start == to) {
            return;
        }
        if (quote.at(text, start, to)) {
            if (!isProse(text, from, at)) {
                quoted(text, to);
            }
        } else if (logins.isBefore(text, at)) {
            take(text, start, wordEnd(text, start, to), false);
        } else if (start - end > Escapes.space(text, end, to) && Escapes.endsLine(text, from, at)) {
            // A table of two columns.
            told(text, start, to);
        } else if (isMixed(text, start, wordEnd(text, start, to))) {
            told(text, start, to);
        }
    }

    /** {@code the password "x" was wrong} is a quotation, not a statement. */
    private static boolean isProse(char[] text, int from, int at) {
        return Escapes.endsWith(text, from, at, "the ") || Escapes.endsWith(text, from, at, "a ");
    }

    private void identified(char[] text, int at, int to) {
        if (!statements.isBefore(text, at)) {
            return;
        }
        int end = at + 10;
        int limit = Math.min(to, end + 60);
        for (int i = end; i + 3 < limit; i++) {
            if (text[i] == ' ' && Chars.startsWithIgnoringCase(text, i + 1, limit, "by ")) {
                int start = skip(text, i + 3, to);
                if (quote.at(text, start, to)) {
                    quoted(text, to);
                } else {
                    int last = wordEnd(text, start, to);
                    take(text, start, last > start && text[last - 1] == ';' ? last - 1 : last, false);
                }
                return;
            }
        }
    }

    /** {@code my API key is V} */
    private void told(char[] text, int from, int at, int to) {
        if (at == from || !before.find(text, from, at)) {
            return;
        }
        NameSecrecy secrecy = names.secrecy(text, before.start(), before.end());
        if (secrecy == NameSecrecy.NONE) {
            secrecy = before.secrecyOfLabel(text, from, names);
        }
        if (secrecy != NameSecrecy.NONE) {
            told(text, at + 3, to);
        }
    }

    /** Words and names of algorithms do not mix letters of both cases with digits. */
    private static boolean isMixed(char[] text, int from, int to) {
        boolean digit = false;
        boolean upper = false;
        boolean lower = false;
        for (int i = from; i < to; i++) {
            digit |= Chars.isDigit(text[i]);
            upper |= Chars.isUpper(text[i]);
            lower |= text[i] >= 'a' && text[i] <= 'z';
            if (text[i] == '=' || text[i] == '(' || text[i] == ':') {
                return false;
            }
        }
        return digit && upper && lower;
    }

    private void told(char[] text, int begin, int to) {
        int start = begin;
        int end = wordEnd(text, start, to);
        if (quote.at(text, start, to)) {
            start = quote.end();
            end = quote.close(text, start, to);
        }
        while (end > start && isPunctuation(text[end - 1])) {
            end--;
        }
        if (end - start >= SHORTEST_TOLD && values.isRandom(text, start, end)) {
            take(text, start, end, true);
        }
    }

    private static boolean isPunctuation(char c) {
        return c == '.' || c == ',' || c == ';' || c == ')';
    }

    /**
     * Examines the line that begins with this word: {@code ENV DB_PASSWORD V}, {@code requirepass V}.
     *
     * @param end where the word ends, at a blank or a tab
     */
    void directive(char[] text, int word, int end, int to) {
        int nameEnd = end;
        boolean sets = end - word < MAX_NAME && DIRECTIVES.hasIgnoringCase(text, word, end);
        int name = word;
        if (sets) {
            name = skip(text, end, to);
            if (name < to && text[name] == '-') {
                // set -gx NAME V
                name = skip(text, wordEnd(text, name, to), to);
            }
            nameEnd = Chars.tokenEnd(text, name, Math.min(to, name + MAX_NAME));
        }
        int start = nameEnd;
        while (start < to && start - nameEnd < MAX_COLUMN && (text[start] == ' ' || text[start] == '\t')) {
            start++;
        }
        if (start == nameEnd || start == to || names.secrecy(text, name, nameEnd) == NameSecrecy.NONE) {
            return;
        }
        boolean quoted = quote.at(text, start, to);
        int value = quoted ? quote.end() : start;
        int last = quoted ? quote.close(text, value, to) : wordEnd(text, start, to);
        if (!quoted && last > value && (text[last - 1] == ';' || text[last - 1] == ',')) {
            last--;
        }
        int rest = quoted ? last + 1 : last;
        if ((sets || (!quoted && isAlone(text, rest, to))) && values.isRandom(text, value, last)) {
            take(text, value, last, quoted);
        }
    }

    /** Whether nothing follows on the line. */
    private static boolean isAlone(char[] text, int rest, int to) {
        return rest >= to
                || text[rest] == '\n'
                || text[rest] == '\r'
                || text[rest] == ';'
                || text[rest] == ','
                || Escapes.isControl(text, rest, to);
    }

    private static int wordEnd(char[] text, int at, int to) {
        int last = at;
        while (last < to && text[last] > ' ' && !Escapes.isControl(text, last, to)) {
            last++;
        }
        return last;
    }

    private void quoted(char[] text, int to) {
        int start = quote.end();
        take(text, start, quote.close(text, start, to), true);
    }

    private void take(char[] text, int start, int end, boolean quoted) {
        if (end - start >= SHORTEST && !values.isHarmless(text, start, end, quoted)) {
            spans.add(start, end, SecretKind.ASSIGNMENT);
        }
    }

    private static int skip(char[] text, int at, int to) {
        return Escapes.skipSpaces(text, at, to, MAX_GAP);
    }
}
