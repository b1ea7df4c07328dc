package dev.sentinel.audit.redact;

/**
 * Finds the value behind a sign, in quotes or without, as a block, a list or a header, and takes it if it is a secret.
 * Every character belongs to at most one value: signs within a value that was taken are not looked at again. Those
 * within a value that was refused are, so what was read for it is remembered ({@link Randomness}, {@link Search},
 * {@link Unquoted}, {@link KnownElements}). Reused for many texts; one thread.
 */
final class AssignedValues {
    /** A shorter value is a placeholder, such as ? or $1. */
    private static final int SHORTEST = 3;

    /** What follows a quote that closes a text. */
    private static final boolean[] BEHIND_TEXT = Chars.tableOf(" +,).;");

    private final SecretNames names;
    private final Values values;
    private final Siblings siblings;
    private final Spans spans;
    private final Quotes valueQuote = new Quotes();
    private final Stops stops = new Stops();
    private final Unquoted unquoted = new Unquoted(stops);
    private final RefusedValue refusedValue = new RefusedValue();
    private final KnownElements elements = new KnownElements();
    private final QuoteEnds quoteEnds = new QuoteEnds();

    private char[] text = {};
    private int from;
    private int to;
    private int takenUntil;
    private boolean stale = true;
    private Assignment assignment = Assignment.of(NameSecrecy.NONE, 0);
    /** The quote before the name; meaningful if it encloses the value too. */
    private Quotes enclosing = new Quotes();

    private boolean isElementTaken;
    /** Whether the last value that was examined is no secret, whatever its name is. */
    private boolean isRefused;

    /** Where the last such fallback begins: several names may have the same. */
    private int refusedAlternative;

    AssignedValues(SecretNames names, Values values, Siblings siblings, Spans spans) {
        this.names = names;
        this.values = values;
        this.siblings = siblings;
        this.spans = spans;
    }

    /** Starts a new text. */
    void begin(char[] newText, int newFrom, int newTo) {
        text = newText;
        from = newFrom;
        to = newTo;
        takenUntil = newFrom;
        refusedAlternative = -1;
        refusedValue.begin();
        stale = true;
    }

    /** Most texts have no value, so the first one clears what was remembered. */
    private void clearIfStale() {
        if (stale) {
            stale = false;
            stops.begin(text, to);
            unquoted.begin(text, to);
            elements.begin();
            quoteEnds.begin();
        }
    }

    /** Whether this position belongs to a value that was taken. */
    boolean isTaken(int at) {
        return at < takenUntil;
    }

    /** Finds the value at this position, whose name is known to be secret. */
    boolean valueAt(int at, NameSecrecy secrecy) {
        clearIfStale();
        assignment = Assignment.of(secrecy, at);
        return value(at);
    }

    /**
     * Finds the value of this assignment.
     *
     * @param quote the quote before the name, if it encloses the value too
     * @param after where the sign ends
     */
    void valueOf(Assignment ofName, Quotes quote, int after) {
        clearIfStale();
        assignment = ofName;
        enclosing = quote;
        value(after);
    }

    /** Finds the fallback of this assignment, or the next table cell. */
    void alternativeOf(Assignment ofName, int after) {
        clearIfStale();
        assignment = ofName;
        alternative(after);
    }

    private boolean value(int after) {
        int start = unquoted.skipBlanks(after);
        if (assignment.colon() && !assignment.quotedName()) {
            start = Yaml.behindTag(text, start, to);
            int block = Yaml.blockStart(text, start, to);
            if (block >= 0) {
                return block(block, start);
            }
        }
        if (start < to && text[start] == '[' && !Signs.follows(text, start, to, ']')) {
            return array(start + 1, ']');
        }
        if (start < to && text[start] == '{') {
            if (assignment.secrecy().compareTo(NameSecrecy.TEXT) >= 0
                    && !Assignment.isHeader(text, assignment.name(), assignment.nameEnd(), names)) {
                siblings.objectNamed(start + 1);
            }
        }
        if (start < to && text[start] == '(') {
            return valueQuote.at(text, start + 1, to) && array(start + 1, ')');
        }
        boolean header = assignment.header() && Schemes.isHeaderValue(text, start, to, values);
        if (assignment.header() && !header) {
            // "authorization: denied by policy"
            assignment = assignment.likely();
        }
        int typed = assignment.colon() && !header ? Code.behindType(text, start, stops.typeEnd(start), to) : -1;
        start = typed < 0 ? start : unquoted.skipBlanks(typed);
        int opened = header ? start : Code.behindPrefix(text, start, to, names);
        if (valueQuote.at(text, opened, to)) {
            if (opened > start && Code.isConstructor(text, start, opened)) {
                assignment = assignment.likely();
            }
            return quotedValue();
        }
        return header ? headerValue(start) : unquotedValue(start, after);
    }

    private boolean headerValue(int start) {
        int end = assignment.inQuotes() ? enclosing.close(text, start, to) : stops.lineEnd(start);
        int credentials = Schemes.behindScheme(text, start, end);
        return !Prose.isProse(text, start, end)
                && !values.isStandIn(text, credentials, end)
                && !Chars.startsWith(text, credentials, end, RedactionRules.REPLACEMENT)
                && end - credentials >= SHORTEST
                && add(credentials, end);
    }

    private boolean unquotedValue(int start, int after) {
        if (assignment.secrecy() != NameSecrecy.LIKELY && assignment.isWholeLine(text, names)) {
            return take(start, stops.lineEnd(start), false);
        }
        int end = unquoted.end(start);
        if (assignment.inQuotes() && enclosing.isSpelled()) {
            end = Math.min(end, enclosing.close(text, start, end));
        }
        end = unquoted.balancedEnd(start, unquoted.placeholderEnd(start, end));
        if (!assignment.inQuotes() && !assignment.colon() && assignment.isVariableOfShell(text, from, after)) {
            end = unquoted.shellEnd(start, end);
        }
        if (refusedValue.endsWith(assignment.secrecy(), start, end)) {
            return false;
        }
        if (assignment.colon() ? Prose.goesOn(text, start, end, to) : Code.isChained(text, end, to)) {
            return false;
        }
        if (assignment.isNameAgain(text, start, end, names)
                || (assignment.colon() && start == after && Prose.isWord(text, start, end))) {
            return false;
        }
        boolean expression =
                Code.isExpression(text, from, start, end, to, after, assignment.colon(), assignment.quotedName());
        if (!expression && take(start, end, false)) {
            return true;
        }
        int other = stops.alternative(end);
        if (other < 0 && end - start >= RefusedValue.SHORTEST) {
            NameSecrecy secrecy = assignment.secrecy();
            refusedValue.remember(secrecy, start, values.refusedUntil(secrecy, text, start, end), end);
        }
        return other >= 0 && alternative(other);
    }

    /** A fallback for a name without a value: {@code env.API_KEY || "V"}; and a table cell. */
    private boolean alternative(int after) {
        int start = unquoted.skipBlanks(after);
        assignment = assignment.likely();
        if (start == refusedAlternative) {
            return false;
        }
        if (valueQuote.at(text, start, to)) {
            isRefused = false;
            boolean taken = quotedValue();
            refusedAlternative = isRefused ? start : refusedAlternative;
            return taken;
        }
        boolean cell = after > from && text[after - 1] != '?' && !(after - 2 >= from && text[after - 2] == '|');
        return cell && take(start, unquoted.end(start), false);
    }

    private boolean block(int start, int mark) {
        boolean marked = text[mark] == '|' || text[mark] == '>';
        // Where line ends are escapes, it may be a line of a program, and what follows no part of the text.
        boolean scalar =
                marked && text[start - 1] == '\n' && assignment.secrecy().compareTo(NameSecrecy.TEXT) >= 0;
        int end = Yaml.blockEnd(text, from, assignment.name(), start, to, scalar ? Integer.MAX_VALUE : 2);
        int first = unquoted.skipBlanks(start);
        int last = end;
        while (last > first && text[last - 1] <= ' ') {
            last--;
        }
        if (scalar) {
            return add(first, last);
        }
        // Without a mark, it may be a mapping instead of a scalar.
        return unquoted.end(first) == last && values.isRandom(text, first, last) && take(first, last, false);
    }

    private boolean quotedValue() {
        int open = valueQuote.end();
        boolean ends = assignment.inQuotes() && valueQuote.isLike(enclosing);
        boolean joined = open + 1 < to && Chars.isQuote(text[open]) && text[open + 1] == '+';
        if (ends || joined || (open < to && text[open] < Terms.ASCII && BEHIND_TEXT[text[open]])) {
            // The quote closes a text that contains the name: "?token=" + token.
            return false;
        }
        int close = quoteEnds.close(valueQuote, text, to);
        boolean separator = close - open < SHORTEST && close + 1 < to && text[close + 1] == '.';
        boolean command = valueQuote.isCommand() && Prose.hasBlank(text, open, close);
        isRefused = separator || command;
        return !isRefused && !assignment.isNameAgain(text, open, close, names) && take(open, close, true);
    }

    private boolean take(int begin, int end, boolean quoted) {
        int start = Schemes.behindScheme(text, begin, end);
        boolean likely = assignment.secrecy().compareTo(NameSecrecy.LIKELY) <= 0;
        if (end - start < SHORTEST && !(quoted && !likely && end > start)) {
            return false;
        }
        isRefused = !values.isSecretValue(assignment.secrecy(), text, start, end, quoted);
        return !isRefused && !assignment.isWorkingDirectory(text, start, end) && add(start, end);
    }

    private boolean add(int start, int end) {
        if (end <= start) {
            return false;
        }
        spans.add(start, end, SecretKind.ASSIGNMENT);
        takenUntil = Math.max(takenUntil, end);
        return true;
    }

    /** {@code ["V1", "V2"]} or, in YAML, {@code [V1, V2]}. */
    private boolean array(int at, char close) {
        boolean ended = false;
        int i = unquoted.skipSeparators(at);
        elements.beginList(assignment, text, close);
        while (!ended && elements.count() < KnownElements.MAX) {
            if (i >= to || text[i] == close || text[i] == '{') {
                ended = true;
                break;
            }
            int start = i;
            i = elements.next(start);
            if (i == start) {
                i = unquoted.skipSeparators(elementEnd(start));
                elements.add(start, i, isElementTaken);
            }
            ended = elements.isLast();
        }
        elements.end(i, ended);
        return elements.isAnyTaken();
    }

    /** Takes an element if it is a secret; returns where it ends. */
    private int elementEnd(int start) {
        if (valueQuote.at(text, start, to)) {
            int open = valueQuote.end();
            int end = quoteEnds.close(valueQuote, text, to);
            isElementTaken = take(open, end, true);
            return valueQuote.at(text, end, to) ? valueQuote.end() : end;
        }
        int end = unquoted.balancedEnd(start, unquoted.end(start));
        isElementTaken =
                !Code.isExpression(text, from, start, end, to, start, assignment.colon(), assignment.quotedName())
                        && take(start, end, false);
        return end;
    }
}
