package dev.sentinel.audit.redact;

/**
 * Finds secrets that follow their name in a text: {@code password=…} in a query or a connection string, {@code Cookie:
 * …} in a header, {@code "api_key": "…"} in JSON within text, {@code password: str = "…"} in code.
 *
 * <p>A sign ({@link Signs}) assigns a value ({@link AssignedValues}) to the name before it ({@link NameBefore}). Reused
 * for many texts; one thread.
 */
final class Assignments {
    private static final WordSet QUERY = WordSet.of("query");
    private static final boolean[] OF_PATH =
            Chars.tableOf("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/_-*:.");

    private final SecretNames names;
    private final Siblings siblings;
    private final AssignedValues values;
    private final NameBefore before = new NameBefore();
    private final AppRoles roles = new AppRoles();
    private final Quotes enclosing = new Quotes();

    private char[] text = {};
    private int from;
    private int to;

    Assignments(SecretNames names, Values values, Spans spans) {
        this.names = names;
        this.siblings = new Siblings(names, values, spans);
        this.values = new AssignedValues(names, values, siblings, spans);
    }

    /** Starts a new text. */
    void begin(char[] newText, int newFrom, int newTo) {
        text = newText;
        from = newFrom;
        to = newTo;
        siblings.begin(newFrom);
        roles.begin(newFrom);
        values.begin(newText, newFrom, newTo);
    }

    /** Finds the value that a sign at this position, if there is one, assigns to a name. */
    void find(int at) {
        int sign = values.isTaken(at) ? 0 : Signs.length(text, from, at, to);
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
        if (secrecy == NameSecrecy.NONE && roles.isSecret(text, name, nameEnd, at + sign, to)) {
            secrecy = NameSecrecy.TEXT;
        }
        if (secrecy == NameSecrecy.NONE) {
            siblings.find(text, name, nameEnd, values, at + sign, to);
            return;
        }
        boolean colon = (text[at] == ':' && sign == 1) || Signs.isEscapedColon(text, at, to);
        boolean bare = colon && !quoted;
        if (bare && (isPartOfPath(name, nameEnd, at + sign) || isVariableOfPsql(at, nameEnd))) {
            return;
        }
        if (secrecy == NameSecrecy.LIKELY && bare && !startsLine(name)) {
            // "Unexpected token: name" is prose.
            secrecy = NameSecrecy.GENERATED;
        }
        boolean inQuotes = !quoted && enclosing.before(text, from, name);
        boolean header = !quoted && colon && Assignment.isHeader(text, name, nameEnd, names);
        boolean weak = text[at] == '|' || text[at] == '?' || text[at] == '-';
        NameSecrecy certain = weak ? NameSecrecy.LIKELY : secrecy;
        Assignment assignment = new Assignment(name, nameEnd, certain, header, inQuotes, quoted, colon);
        if (weak) {
            values.alternativeOf(assignment, at + sign);
        } else {
            values.valueOf(assignment, enclosing, at + sign);
        }
    }

    /** {@code ?Signature=…}, {@code API key: …} */
    private NameSecrecy ofParameterOrLabel(int sign) {
        int name = before.start();
        char c = name == from ? '&' : text[name - 1];
        if ((c == '?' || c == '&') && text[sign] == '=') {
            boolean secret = QUERY.hasIgnoringCase(text, name, before.end());
            return secret ? NameSecrecy.GENERATED : NameSecrecy.NONE;
        }
        return c == ' ' ? before.secrecyOfLabel(text, from, names) : NameSecrecy.NONE;
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
        while (i < to && i - after < NameBefore.MAX_NAME && text[i] < Terms.ASCII && OF_PATH[text[i]]) {
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
            if (c == '\r' || c == '{' || c == ',' || Escapes.endsLine(text, from, i)) {
                return true;
            }
            boolean tab = Escapes.isBehind(text, from, i, 't');
            if (!tab && c != ' ' && c != '\t' && c != '-' && !Chars.isQuote(c)) {
                return false;
            }
            i -= tab ? 2 : 1;
        }
        return i == from;
    }
}
