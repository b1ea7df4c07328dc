package dev.sentinel.audit.redact;

/**
 * Finds values that a sibling names: {@code {"name":"DB_PASSWORD","value":"V"}}, {@code <add key="ApiKey" value="V"/>},
 * in either order; in YAML also without quotes. For text. The code that copies an event's members calls {@link #isName}
 * and {@link #isValue}.
 */
final class Siblings {
    static final int LONGEST_NAME = 128;

    private static final WordSet NAMES = WordSet.of("named");
    private static final WordSet VALUES = WordSet.of("value");
    private static final WordSet WEAK = WordSet.of("weak");
    private static final WordSet CONTROLS = WordSet.of("control");
    private static final int LONGEST_MEMBER = 14;
    private static final int REACH = Surroundings.REACH;
    private static final int OBJECT_REACH = 100;
    private static final int LONGEST_VALUE = 4096;
    private static final int MAX_WORDS = 4;

    /** What names and selectors have besides the characters of words. */
    private static final boolean[] OF_NAME = Chars.tableOf("/.:[]#='\"\\ ");

    private final SecretNames names;
    private final Values values;
    private final Spans spans;
    private final Quotes quote = new Quotes();
    private final Surroundings surroundings = new Surroundings();
    private final WebKeys webKeys;

    /** The end of the last member that named a secret. A value that follows soon in the same object is that secret. */
    private int named;
    /** The start of an object with the name of a secret. */
    private int object;

    private int from;
    /** The last value without a name, which a later sibling may name. */
    private int valueStart;

    private int valueEnd;

    Siblings(SecretNames names, Values values, Spans spans) {
        this.names = names;
        this.values = values;
        this.spans = spans;
        this.webKeys = new WebKeys(values, spans);
    }

    /** Whether a member of this name names another member's value. */
    static boolean isName(String member) {
        return member.length() <= LONGEST_MEMBER && NAMES.hasIgnoringCase(member.toCharArray(), 0, member.length());
    }

    /** Whether a member of this name holds the value that another member names. */
    static boolean isValue(String member) {
        return member.length() <= LONGEST_MEMBER && VALUES.hasIgnoringCase(member.toCharArray(), 0, member.length());
    }

    /** The secrecy that a sibling's name implies for the value of this member. */
    static NameSecrecy secrecyOf(String member) {
        return secrecyOf(member.toCharArray(), 0, member.length());
    }

    private static NameSecrecy secrecyOf(char[] text, int from, int to) {
        return WEAK.hasIgnoringCase(text, from, to) ? NameSecrecy.LIKELY : NameSecrecy.ANY;
    }

    /** The secrecy that a name, a selector or a label implies for its value. */
    static NameSecrecy secrecyNamedBy(char[] text, int from, int to, SecretNames names) {
        boolean blank = false;
        for (int i = from; i < to; i++) {
            blank |= text[i] == ' ';
            if (!Chars.isToken(text[i]) && (text[i] >= Terms.ASCII || !OF_NAME[text[i]])) {
                return NameSecrecy.NONE;
            }
        }
        return blank ? ofLabel(text, from, to, names) : names.secrecy(text, from, to);
    }

    /** {@code Password textbox} */
    private static NameSecrecy ofLabel(char[] text, int from, int to, SecretNames names) {
        int end = withoutControl(text, from, to);
        return end == to ? NameSecrecy.NONE : names.secrecy(text, wordStart(text, from, end), end);
    }

    /** Where the words for the control begin in {@code Password textbox}; the same end if there are none. */
    private static int withoutControl(char[] text, int from, int to) {
        int end = to;
        for (int words = 0; words < MAX_WORDS; words++) {
            int word = wordStart(text, from, end);
            if (word - 1 <= from || !CONTROLS.hasIgnoringCase(text, word, end)) {
                break;
            }
            end = word - 1;
        }
        return end;
    }

    private static int wordStart(char[] text, int from, int end) {
        int i = end;
        while (i > from && text[i - 1] != ' ') {
            i--;
        }
        return i;
    }

    void begin(int newFrom) {
        from = newFrom;
        surroundings.begin(newFrom);
        webKeys.begin(newFrom);
        named = -REACH - 1;
        object = -REACH - 1;
        valueEnd = -REACH - 1;
    }

    /** An object with the name of a secret begins here. */
    void objectNamed(int at) {
        named = at;
        object = at;
    }

    /** Examines a member whose own name is not secret. */
    void find(char[] text, int name, int nameEnd, AssignedValues assigned, int after, int to) {
        if (nameEnd - name > LONGEST_MEMBER) {
            if (isInObject(text, name)) {
                assigned.valueAt(after, NameSecrecy.LIKELY);
            }
            return;
        }
        if (WebKeys.isType(text, name, nameEnd)) {
            webKeys.find(text, name, to);
        } else if (isOneOf(NAMES, text, name, nameEnd)) {
            named(text, after, assigned, to);
        } else if (isOneOf(VALUES, text, name, nameEnd)) {
            if (surroundings.isNear(text, named, name)) {
                if (assigned.valueAt(after, secrecyOf(text, name, nameEnd))) {
                    named = -REACH - 1;
                }
            } else if (isDefaultOfSecret(text, name)) {
                assigned.valueAt(after, NameSecrecy.LIKELY);
            } else {
                remember(text, secrecyOf(text, name, nameEnd), after, to);
            }
        } else if (isInObject(text, name)) {
            assigned.valueAt(after, NameSecrecy.LIKELY);
        }
    }

    /** Of {@code getenv("NAME", default="V")}, where the name ends; -1 if there is none. */
    private int argumentBefore(char[] text, int member) {
        int i = member;
        while (i > from && text[i - 1] == ' ') {
            i--;
        }
        boolean listed = i - 2 > from && text[i - 1] == ',' && Chars.isQuote(text[i - 2]);
        return listed ? i - 2 : -1;
    }

    /** {@code variable "db_password" { default = "V" }} of Terraform. */
    private boolean isDefaultOfSecret(char[] text, int member) {
        if (text[member] != 'd') {
            return false;
        }
        int argument = argumentBefore(text, member);
        if (argument > from) {
            int start = argument;
            while (start > from && argument - start < LONGEST_NAME && Chars.isToken(text[start - 1])) {
                start--;
            }
            return names.secrecy(text, start, argument) != NameSecrecy.NONE;
        }
        int start = surroundings.variableAround(text, member);
        return start >= 0 && names.secrecy(text, start, Chars.tokenEnd(text, start, member)) != NameSecrecy.NONE;
    }

    private static boolean isOneOf(WordSet members, char[] text, int from, int to) {
        return Terms.isAscii(text, from, to) && members.hasIgnoringCase(text, from, to);
    }

    private void named(char[] text, int after, AssignedValues assigned, int to) {
        named = -REACH - 1;
        int start = skipBlanks(text, after, to);
        int end;
        boolean quoted = quote.at(text, start, to);
        if (quoted) {
            start = quote.end();
            end = quote.close(text, start, Math.min(to, start + REACH));
        } else {
            end = Chars.tokenEnd(text, start, Math.min(to, start + REACH));
            boolean ends = end == to || text[end] == '\n' || text[end] == '\r' || text[end] == ',';
            if (!ends && !Escapes.isControl(text, end, to)) {
                return;
            }
        }
        if (end == start || secrecyNamedBy(text, start, end, names) == NameSecrecy.NONE) {
            return;
        }
        named = end;
        if (surroundings.isNear(text, valueEnd, after)) {
            spans.add(valueStart, valueEnd, SecretKind.ASSIGNMENT);
            valueEnd = -REACH - 1;
        }
        int part = quoted && quote.at(text, end, to) ? formPart(text, quote.end(), to) : -1;
        if (part >= 0) {
            assigned.valueAt(part, NameSecrecy.TEXT);
        }
    }

    /** Where the value of a part of multipart/form-data (RFC 7578) begins, after an empty line; -1 if there is none. */
    private static int formPart(char[] text, int at, int to) {
        for (String line : new String[] {"\n\n", "\r\n\r\n", "\\r\\n\\r\\n"}) {
            if (Chars.startsWith(text, at, to, line)) {
                return at + line.length();
            }
        }
        return -1;
    }

    private void remember(char[] text, NameSecrecy secrecy, int after, int to) {
        if (!quote.at(text, skipBlanks(text, after, to), to)) {
            return;
        }
        int start = quote.end();
        int end = quote.close(text, start, Math.min(to, start + LONGEST_VALUE));
        if (values.isSecret(secrecy, text, start, end)) {
            valueStart = start;
            valueEnd = end;
        }
    }

    private static int skipBlanks(char[] text, int after, int to) {
        int i = after;
        while (i < to && i - after < 6 && text[i] == ' ') {
            i++;
        }
        return i;
    }

    private boolean isInObject(char[] text, int name) {
        return name - object <= OBJECT_REACH && surroundings.isNear(text, object, name);
    }
}
