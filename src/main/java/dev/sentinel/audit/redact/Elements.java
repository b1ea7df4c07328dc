package dev.sentinel.audit.redact;

/** Finds secrets between tags: {@code <password>V</password>}, {@code <entry key="db.password">V</entry>}. */
final class Elements {
    private static final int MAX_NAME = 64;
    private static final int MAX_TAG = 200;
    private static final int SHORTEST = 3;
    private static final String CDATA = "<![CDATA[";
    private static final String[] NAMING = {"key=", "name=", "Name="};

    private final SecretNames names;
    private final Spans spans;
    private final Quotes quote = new Quotes();
    /** From where on no CDATA section is closed: many may begin there, and each would search to the end. */
    private int unclosedFrom;

    Elements(SecretNames names, Spans spans) {
        this.names = names;
        this.spans = spans;
    }

    /** Starts a new text. */
    void begin() {
        unclosedFrom = Integer.MAX_VALUE;
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
        int start = cdata ? at + 1 + CDATA.length() : at + 1;
        if (cdata && start >= unclosedFrom) {
            return;
        }
        int last = start;
        while (last < to && (cdata ? !Chars.startsWith(text, last, to, "]]>") : text[last] != '<')) {
            last++;
        }
        if (cdata && last == to) {
            unclosedFrom = start;
        }
        boolean closed = last + 1 < to && (cdata || text[last + 1] == '/');
        if (closed) {
            take(text, start, last, secrecy);
        }
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

    private void take(char[] text, int begin, int end, NameSecrecy secrecy) {
        int start = begin;
        int last = end;
        while (start < last && text[start] <= ' ') {
            start++;
        }
        while (last > start && text[last - 1] <= ' ') {
            last--;
        }
        if (last - start >= SHORTEST
                && Values.isSecret(secrecy, text, start, last)
                && !Values.isHarmless(text, start, last, true, names)) {
            spans.add(start, last, SecretKind.ASSIGNMENT);
        }
    }
}
