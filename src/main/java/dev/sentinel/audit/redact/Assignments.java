package dev.sentinel.audit.redact;

import java.util.Locale;
import java.util.Set;

/**
 * Finds secrets that follow their name in a text: {@code password=…} in a query or a connection string, {@code Cookie:
 * …} in a header, {@code "api_key": "…"} in JSON within text, {@code password: str = "…"} in code.
 *
 * <p>A sign ({@code = : := => ||} or an escape of one) assigns a value to the name before it. Every character belongs
 * to at most one value: signs within a value that was taken are not looked at again, and what is taken for harmless is
 * short.
 */
final class Assignments {
    private static final int MAX_ELEMENTS = 64;

    /** A shorter value is a placeholder, such as ? or $1. */
    private static final int SHORTEST = 3;

    private static final int SHORTEST_AGAIN = 9;

    private static final Set<String> QUERY = RuleFiles.words("query");
    private static final Set<String> WHOLE_LINE = RuleFiles.words("wholeline");

    /**
     * What precedes a value.
     *
     * @param header whether the value extends to the end of the line
     * @param inQuotes whether one pair of quotes encloses name and value
     * @param quotedName whether the name alone is quoted
     * @param colon whether the sign is a colon
     */
    private record Context(
            int name,
            int nameEnd,
            NameSecrecy secrecy,
            boolean header,
            boolean inQuotes,
            boolean quotedName,
            boolean colon) {
        Context likely() {
            return new Context(name, nameEnd, NameSecrecy.LIKELY, false, inQuotes, quotedName, colon);
        }
    }

    private final SecretNames names;
    private final Siblings siblings;
    private final NameBefore before = new NameBefore();
    private final Quotes enclosing = new Quotes();
    private final Quotes valueQuote = new Quotes();
    private final Unquoted unquoted = new Unquoted();

    private final Spans spans;
    private char[] text = {};
    private int from;
    private int to;
    private Context context = new Context(0, 0, NameSecrecy.NONE, false, false, false, false);
    private int takenUntil;

    Assignments(SecretNames names, Spans spans) {
        this.names = names;
        this.spans = spans;
        this.siblings = new Siblings(names, spans);
    }

    /** Starts a new text. */
    void begin(char[] newText, int newFrom, int newTo) {
        text = newText;
        from = newFrom;
        to = newTo;
        takenUntil = newFrom;
        unquoted.begin(newText, newFrom, newTo);
        siblings.begin(newFrom);
    }

    /** Finds the value that a sign at this position, if there is one, assigns to a name. */
    void find(int at) {
        int sign = at < takenUntil ? 0 : signLength(at);
        if (sign == 0 || !before.find(text, from, at)) {
            return;
        }
        NameSecrecy secrecy = names.secrecy(text, before.start(), before.end());
        if (secrecy == NameSecrecy.NONE && !before.isQuoted()) {
            secrecy = ofParameterOrLabel(at);
        }
        int name = before.start();
        int nameEnd = before.end();
        boolean quoted = before.isQuoted();
        if (secrecy == NameSecrecy.NONE) {
            siblings.find(text, name, nameEnd, this, at + sign, to);
            return;
        }
        boolean colon = (text[at] == ':' && sign == 1) || isEscapedColon(at);
        boolean bare = colon && !quoted;
        if (bare && (isPartOfPath(name, nameEnd, at + sign) || isVariableOfPsql(at, nameEnd))) {
            return;
        }
        if (secrecy == NameSecrecy.LIKELY && bare && !startsLine(name)) {
            // "Unexpected token: name" is prose.
            secrecy = NameSecrecy.GENERATED;
        }
        boolean inQuotes = !quoted && enclosing.before(text, from, name);
        boolean header = !quoted && colon && isHeader(name, nameEnd);
        boolean weak = text[at] == '|' || text[at] == '?' || text[at] == '-';
        context = new Context(name, nameEnd, weak ? NameSecrecy.LIKELY : secrecy, header, inQuotes, quoted, colon);
        if (weak) {
            alternative(at + sign);
        } else {
            value(at + sign);
        }
    }

    /** Finds the value at this position, whose name is known to be secret. */
    boolean valueAt(int at, NameSecrecy secrecy) {
        context = new Context(at, at, secrecy, false, false, true, false);
        return value(at);
    }

    /** {@code ?Signature=…}, {@code API key: …} */
    private NameSecrecy ofParameterOrLabel(int sign) {
        int name = before.start();
        char c = name == from ? '&' : text[name - 1];
        if ((c == '?' || c == '&') && text[sign] == '=') {
            String parameter = new String(text, name, before.end() - name).toLowerCase(Locale.ROOT);
            return QUERY.contains(parameter) ? NameSecrecy.GENERATED : NameSecrecy.NONE;
        }
        return c == ' ' ? before.secrecyOfLabel(text, from, names) : NameSecrecy.NONE;
    }

    private int signLength(int at) {
        return switch (text[at]) {
            case ':' -> follows(at, ':') || precedes(at, ':') ? 0 : follows(at, '=') ? 2 : 1;
            case '=' -> precedes(at, ':') || precedes(at, '=') ? 0 : follows(at, '>') || follows(at, '=') ? 2 : 1;
            case '%' -> spells(at, "%3D") || spells(at, "%3d") || isEscapedColon(at) ? 3 : 0;
            case '\\' ->
                spells(at, "\\u003d") || spells(at, "\\u003D") || spells(at, "\\u003a") || spells(at, "\\u003A")
                        ? 6
                        : 0;
            case '|' -> follows(at, '|') ? 2 : isCell(at) ? 1 : 0;
            case '?' -> follows(at, '?') ? 2 : 0;
            case '-' -> spells(at, "-> ") && precedes(at, ' ') ? 2 : 0;
            default -> 0;
        };
    }

    private boolean isEscapedColon(int at) {
        return spells(at, "%3A") || spells(at, "%3a");
    }

    /** Whether a table cell ends here that follows another one: {@code | DB_PASSWORD | V |}. */
    private boolean isCell(int at) {
        int i = at;
        while (i > from && at - i < NameBefore.MAX_NAME && text[i - 1] != '|' && text[i - 1] != '\n') {
            i--;
        }
        return i > from && text[i - 1] == '|';
    }

    private boolean follows(int at, char c) {
        return at + 1 < to && text[at + 1] == c;
    }

    private boolean precedes(int at, char c) {
        return at > from && text[at - 1] == c;
    }

    private boolean spells(int at, String what) {
        return Chars.startsWith(text, at, to, what);
    }

    /**
     * {@code arn:aws:secretsmanager:eu-west-1:1:secret:db}, {@code https://token:V@h}, {@code registry/secret:v2},
     * {@code "secretsmanager:GetSecretValue"}.
     */
    private boolean isPartOfPath(int name, int nameEnd, int after) {
        if (after >= to || text[after] == ' ' || after - nameEnd != 1) {
            return false;
        }
        if (name > from && (text[name - 1] == ':' || text[name - 1] == '/')) {
            return true;
        }
        if (!enclosing.before(text, from, name)) {
            return false;
        }
        int i = after;
        while (i < to
                && i - after < NameBefore.MAX_NAME
                && (Chars.isLetter(text[i]) || "/_-*:.".indexOf(text[i]) >= 0)) {
            i++;
        }
        return i > after && (i == to || Chars.isQuote(text[i]) || text[i] == '\\');
    }

    /** {@code ALTER USER app PASSWORD :'pw'} */
    private boolean isVariableOfPsql(int at, int nameEnd) {
        return nameEnd < at && at + 1 < to && text[at + 1] == '\'';
    }

    /** Whether only indentation, a YAML dash or an opening quote precedes the name on its line. */
    private boolean startsLine(int name) {
        int i = name;
        while (i > from && name - i < NameBefore.MAX_NAME) {
            char c = text[i - 1];
            if (c == '\n' || c == '\r' || (c == 'n' && i - 2 >= from && text[i - 2] == '\\')) {
                return true;
            }
            if (c == '{' || c == ',') {
                return true;
            }
            if (c != ' ' && c != '\t' && c != '-' && !Chars.isQuote(c)) {
                return false;
            }
            i--;
        }
        return i == from;
    }

    /** Whether the value may contain blanks: a scheme and its credentials, or several cookies. */
    private boolean isHeader(int name, int nameEnd) {
        int last = text[nameEnd - 1] | 0x20;
        if (last != 'n' && last != 'e') {
            return false;
        }
        String folded = SecretNames.folded(new String(text, name, nameEnd - name));
        return folded.endsWith("authorization") || folded.endsWith("cookie");
    }

    private boolean value(int after) {
        int start = unquoted.skipBlanks(after);
        if (context.colon && !context.quotedName) {
            start = Yaml.behindTag(text, start, to);
            int block = Yaml.blockStart(text, start, to);
            if (block >= 0) {
                return block(block, start);
            }
        }
        if (start < to && text[start] == '[' && !follows(start, ']')) {
            return array(start + 1, ']');
        }
        if (start < to && text[start] == '{') {
            if (context.secrecy.compareTo(NameSecrecy.TEXT) >= 0 && !isHeader(context.name, context.nameEnd)) {
                siblings.objectNamed(start + 1);
            }
        }
        if (start < to && text[start] == '(') {
            return valueQuote.at(text, start + 1, to) && array(start + 1, ')');
        }
        boolean header = context.header && Schemes.isHeaderValue(text, start, to);
        if (context.header && !header) {
            // "authorization: denied by policy"
            context = context.likely();
        }
        int typed = context.colon && !header ? Code.behindType(text, start, to) : -1;
        start = typed < 0 ? start : unquoted.skipBlanks(typed);
        int opened = header ? start : Code.behindPrefix(text, start, to, names);
        if (valueQuote.at(text, opened, to)) {
            if (opened > start && Code.isConstructor(text, start, opened)) {
                context = context.likely();
            }
            return quotedValue();
        }
        return header ? headerValue(start) : unquotedValue(start, after);
    }

    private boolean headerValue(int start) {
        int end = context.inQuotes ? enclosing.close(text, start, to) : unquoted.lineEnd(start);
        int credentials = Schemes.behindScheme(text, start, end);
        return !Prose.isProse(text, start, end)
                && !Values.isStandIn(text, credentials, end)
                && !Chars.startsWith(text, credentials, end, RedactionRules.REPLACEMENT)
                && end - credentials >= SHORTEST
                && add(credentials, end);
    }

    private boolean unquotedValue(int start, int after) {
        if (context.secrecy != NameSecrecy.LIKELY && isWholeLine()) {
            return take(start, unquoted.lineEnd(start), false);
        }
        int end = unquoted.end(start);
        if (context.inQuotes) {
            end = Math.min(end, enclosing.close(text, start, end));
        }
        end = unquoted.balancedEnd(start, Code.placeholderEnd(text, start, end, to));
        if (!context.inQuotes && !context.colon && isVariableOfShell(after)) {
            end = unquoted.shellEnd(start, end);
        }
        if (context.colon ? Prose.goesOn(text, start, end, to) : Code.isChained(text, end, to)) {
            return false;
        }
        if (isNameAgain(start, end) || (context.colon && start == after && Prose.isWord(text, start, end))) {
            return false;
        }
        boolean expression = Code.isExpression(text, from, start, end, to, after, context.colon, context.quotedName);
        if (!expression && take(start, end, false)) {
            return true;
        }
        int other = Code.alternative(text, end, to);
        return other >= 0 && alternative(other);
    }

    /** {@code DB_PASSWORD=V} at the beginning of a line or after a blank. */
    private boolean isVariableOfShell(int after) {
        if (context.nameEnd != after - 1 || (context.name > from && text[context.name - 1] > ' ')) {
            return false;
        }
        for (int i = context.name; i < context.nameEnd; i++) {
            if (!Chars.isUpper(text[i]) && !Chars.isDigit(text[i]) && text[i] != '_') {
                return false;
            }
        }
        return true;
    }

    /** A fallback for a name without a value: {@code env.API_KEY || "V"}; and a table cell. */
    private boolean alternative(int after) {
        int start = unquoted.skipBlanks(after);
        context = context.likely();
        if (valueQuote.at(text, start, to)) {
            return quotedValue();
        }
        boolean cell = after > from && text[after - 1] != '?' && !(after - 2 >= from && text[after - 2] == '|');
        return cell && take(start, unquoted.end(start), false);
    }

    private boolean isWholeLine() {
        String folded = SecretNames.folded(new String(text, context.name, context.nameEnd - context.name));
        return WHOLE_LINE.stream().anyMatch(folded::endsWith);
    }

    private boolean block(int start, int mark) {
        int end = Yaml.blockEnd(text, from, context.name, start, to);
        boolean marked = text[mark] == '|' || text[mark] == '>';
        int first = unquoted.skipBlanks(start);
        int last = end;
        while (last > first && text[last - 1] <= ' ') {
            last--;
        }
        if (marked && context.secrecy.compareTo(NameSecrecy.TEXT) >= 0) {
            return add(first, last);
        }
        // Without a mark, it may be a mapping instead of a scalar.
        return unquoted.end(first) == last && Values.isRandom(text, first, last) && take(first, last, false);
    }

    private boolean quotedValue() {
        int open = valueQuote.end();
        boolean ends = context.inQuotes && valueQuote.isLike(enclosing);
        boolean joined = open + 1 < to && Chars.isQuote(text[open]) && text[open + 1] == '+';
        if (ends || joined || (open < to && " +,).;".indexOf(text[open]) >= 0)) {
            // The quote closes a text that contains the name: "?token=" + token.
            return false;
        }
        int close = valueQuote.close(text, open, to);
        boolean separator = close - open < SHORTEST && close + 1 < to && text[close + 1] == '.';
        boolean command = valueQuote.isCommand() && Prose.hasBlank(text, open, close);
        return !separator && !command && !isNameAgain(open, close) && take(open, close, true);
    }

    private boolean take(int begin, int end, boolean quoted) {
        int start = Schemes.behindScheme(text, begin, end);
        boolean likely = context.secrecy.compareTo(NameSecrecy.LIKELY) <= 0;
        if (end - start < SHORTEST && !(quoted && !likely && end > start)) {
            return false;
        }
        if (!Values.isSecret(context.secrecy, text, start, end) || isWorkingDirectory(start, end)) {
            return false;
        }
        return !Values.isHarmless(text, start, end, quoted, names) && add(start, end);
    }

    private boolean add(int start, int end) {
        if (end <= start) {
            return false;
        }
        spans.add(start, end, SecretKind.ASSIGNMENT);
        takenUntil = Math.max(takenUntil, end);
        return true;
    }

    /** {@code REFRESH_TOKEN = "refresh_token"}, {@code CallGetSecret = "GetSecret"}: a constant. */
    private boolean isNameAgain(int start, int end) {
        if (end - start > NameBefore.MAX_NAME || end - start < SHORTEST) {
            return false;
        }
        String name = SecretNames.folded(new String(text, context.name, context.nameEnd - context.name));
        String value = SecretNames.folded(new String(text, start, end - start));
        return name.equals(value) || (value.length() >= SHORTEST_AGAIN && name.endsWith(value));
    }

    /** {@code PWD=/work}: the working directory, not a password. */
    private boolean isWorkingDirectory(int start, int end) {
        return context.nameEnd - context.name >= 3
                && Chars.startsWithIgnoringCase(text, context.nameEnd - 3, context.nameEnd, "pwd")
                && Values.isPath(text, start, end);
    }

    /** {@code ["V1", "V2"]} or, in YAML, {@code [V1, V2]}. */
    private boolean array(int at, char close) {
        boolean any = false;
        int i = unquoted.skipSeparators(at);
        for (int element = 0; i < to && text[i] != close && text[i] != '{' && element < MAX_ELEMENTS; element++) {
            int start = i;
            if (valueQuote.at(text, i, to)) {
                int open = valueQuote.end();
                int end = valueQuote.close(text, open, to);
                any |= take(open, end, true);
                i = valueQuote.at(text, end, to) ? valueQuote.end() : end;
            } else {
                int end = unquoted.balancedEnd(i, unquoted.end(i));
                boolean expression = Code.isExpression(text, from, i, end, to, i, context.colon, context.quotedName);
                any |= !expression && take(i, end, false);
                i = end;
            }
            i = unquoted.skipSeparators(i);
            if (i == start) {
                break;
            }
        }
        return any;
    }
}
