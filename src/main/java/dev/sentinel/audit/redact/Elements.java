package dev.sentinel.audit.redact;

/** Finds secrets between tags: {@code <password>V</password>}, {@code <entry key="db.password">V</entry>}. */
final class Elements {
    private static final int MAX_NAME = 64;
    private static final int MAX_TAG = 200;
    private static final int SHORTEST = 3;
    private static final String CDATA = "<![CDATA[";
    private static final String[] NAMING = {"key=", "name=", "Name="};

    private final SecretNames names;
    private final Values values;
    private final Spans spans;
    private final Quotes quote = new Quotes();
    /** The next end of a CDATA section, if it is known. Many sections may begin before it, and share one search. */
    private int nextEnd;

    /** Where the blanks before that end begin. */
    private int nextEndTrimmed;

    Elements(SecretNames names, Values values, Spans spans) {
        this.names = names;
        this.values = values;
        this.spans = spans;
    }

    /** Starts a new text. */
    void begin() {
        nextEnd = -1;
    }

    /** Examines the element whose start tag ends at this {@code >}. */
    void tag(char[] text, int from, int at, int to) {
        int open = at - 1;
        while (open >= from && at - open < MAX_TAG && text[open] != '<' && text[open] != '>') {
            open--;
        }
        if (open < from || text[open] != '<' || text[at - 1] == '/' || !Chars.isLetter(text[open + 1])) {
            return;
        }
        int end = open + 1;
        int name = end;
        while (end < at
                && end - open < MAX_NAME
                && (Chars.isToken(text[end]) || text[end] == '.' || text[end] == ':')) {
            end++;
            if (text[end - 1] == ':') {
                name = end;
            }
        }
        NameSecrecy secrecy = names.secrecy(text, name, end);
        if (secrecy == NameSecrecy.NONE) {
            secrecy = ofAttribute(text, end, at);
        }
        if (secrecy == NameSecrecy.NONE) {
            return;
        }
        boolean cdata = Chars.startsWith(text, at + 1, to, CDATA);
        if (cdata) {
            section(text, at + 1 + CDATA.length(), to, secrecy);
            return;
        }
        int last = at + 1;
        while (last < to && text[last] != '<') {
            last++;
        }
        if (last + 1 < to && text[last + 1] == '/') {
            take(text, at + 1, trimmedEnd(text, at + 1, last), secrecy);
        }
    }

    /** Takes the section of CDATA that begins here. */
    private void section(char[] text, int start, int to, NameSecrecy secrecy) {
        if (nextEnd < start) {
            int end = start;
            while (end < to && !Chars.startsWith(text, end, to, "]]>")) {
                end++;
            }
            nextEnd = end;
            nextEndTrimmed = trimmedEnd(text, start, end);
        }
        if (nextEnd < to) {
            take(text, start, Math.max(start, nextEndTrimmed), secrecy);
        }
    }

    private static int trimmedEnd(char[] text, int start, int end) {
        int last = end;
        while (last > start && text[last - 1] <= ' ') {
            last--;
        }
        return last;
    }

    private NameSecrecy ofAttribute(char[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text[i] != ' ') {
                continue;
            }
            for (String naming : NAMING) {
                if (Chars.startsWith(text, i + 1, to, naming) && quote.at(text, i + 1 + naming.length(), to)) {
                    int start = quote.end();
                    return names.secrecy(text, start, quote.close(text, start, to));
                }
            }
        }
        return NameSecrecy.NONE;
    }

    private void take(char[] text, int begin, int last, NameSecrecy secrecy) {
        int start = begin;
        while (start < last && text[start] <= ' ') {
            start++;
        }
        if (last - start >= SHORTEST && values.isSecretValue(secrecy, text, start, last, true)) {
            spans.add(start, last, SecretKind.ASSIGNMENT);
        }
    }
}
