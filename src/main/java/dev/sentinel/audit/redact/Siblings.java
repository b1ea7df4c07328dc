package dev.sentinel.audit.redact;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Finds values that a sibling names: {@code {"name":"DB_PASSWORD","value":"V"}}, {@code <add key="ApiKey" value="V"/>},
 * in either order; in YAML also without quotes. For text. The code that copies an event's members calls {@link #isName}
 * and {@link #isValue}.
 */
final class Siblings {
    static final int LONGEST_NAME = 128;

    private static final Set<String> NAMES = RuleFiles.words("named");
    private static final Set<String> VALUES = RuleFiles.words("value");
    private static final Set<String> WEAK = RuleFiles.words("weak");
    private static final Set<String> CONTROLS = RuleFiles.words("control");
    private static final List<String> NAME_LIST = RuleFiles.ordered("named");
    private static final List<String> VALUE_LIST = RuleFiles.ordered("value");
    private static final int LONGEST_MEMBER = 14;
    private static final int REACH = 200;
    private static final int OBJECT_REACH = 100;
    private static final int LONGEST_VALUE = 4096;
    private static final int MAX_WORDS = 4;

    /** What names and selectors have besides the characters of words. */
    private static final String OF_NAME = "/.:[]#='\"\\ ";

    private static final String VARIABLE = "variable \"";

    private final SecretNames names;
    private final Spans spans;
    private final Quotes quote = new Quotes();

    /** The end of the last member that named a secret. A value that follows soon in the same object is that secret. */
    private int named;
    /** The start of an object with the name of a secret. */
    private int object;

    private int from;
    /** The last value without a name, which a later sibling may name. */
    private int valueStart;

    private int valueEnd;

    Siblings(SecretNames names, Spans spans) {
        this.names = names;
        this.spans = spans;
    }

    /** Whether a member of this name names another member's value. */
    static boolean isName(String member) {
        return member.length() <= LONGEST_MEMBER && NAMES.contains(member.toLowerCase(Locale.ROOT));
    }

    /** Whether a member of this name holds the value that another member names. */
    static boolean isValue(String member) {
        return member.length() <= LONGEST_MEMBER && VALUES.contains(member.toLowerCase(Locale.ROOT));
    }

    /** The secrecy that a sibling's name implies for the value of this member. */
    static NameSecrecy secrecyOf(String member) {
        return WEAK.contains(member.toLowerCase(Locale.ROOT)) ? NameSecrecy.LIKELY : NameSecrecy.ANY;
    }

    /** The secrecy that a name, a selector or a label implies for its value. */
    static NameSecrecy secrecyNamedBy(char[] text, int from, int to, SecretNames names) {
        boolean blank = false;
        for (int i = from; i < to; i++) {
            blank |= text[i] == ' ';
            if (!Chars.isToken(text[i]) && OF_NAME.indexOf(text[i]) < 0) {
                return NameSecrecy.NONE;
            }
        }
        return blank ? ofLabel(new String(text, from, to - from), names) : names.secrecy(text, from, to);
    }

    /** {@code Password textbox} */
    private static NameSecrecy ofLabel(String label, SecretNames names) {
        String name = withoutControl(label);
        return name.length() == label.length()
                ? NameSecrecy.NONE
                : names.secrecy(name.substring(name.lastIndexOf(' ') + 1));
    }

    /** A label without the words for the control: {@code Password textbox}. */
    private static String withoutControl(String label) {
        int end = label.length();
        int blank;
        int words = 0;
        while ((blank = label.lastIndexOf(' ', end - 1)) > 0
                && words++ < MAX_WORDS
                && CONTROLS.contains(label.substring(blank + 1, end).toLowerCase(Locale.ROOT))) {
            end = blank;
        }
        return label.substring(0, end);
    }

    void begin(int newFrom) {
        from = newFrom;
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
    void find(char[] text, int name, int nameEnd, Assignments assignments, int after, int to) {
        if (nameEnd - name > LONGEST_MEMBER) {
            if (isInObject(text, name)) {
                assignments.valueAt(after, NameSecrecy.LIKELY);
            }
            return;
        }
        if (isOneOf(NAME_LIST, text, name, nameEnd)) {
            named(text, after, assignments, to);
        } else if (isOneOf(VALUE_LIST, text, name, nameEnd)) {
            if (isNear(text, named, name)) {
                if (assignments.valueAt(after, secrecyOf(new String(text, name, nameEnd - name)))) {
                    named = -REACH - 1;
                }
            } else if (isDefaultOfSecret(text, name)) {
                assignments.valueAt(after, NameSecrecy.LIKELY);
            } else {
                remember(text, secrecyOf(new String(text, name, nameEnd - name)), after, to);
            }
        } else if (isInObject(text, name)) {
            assignments.valueAt(after, NameSecrecy.LIKELY);
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
        int least = Math.max(from, member - REACH);
        for (int i = member - VARIABLE.length(); i >= least; i--) {
            if (text[i] == '}') {
                return false;
            }
            if (Chars.startsWith(text, i, member, VARIABLE)) {
                int start = i + VARIABLE.length();
                return names.secrecy(text, start, Chars.tokenEnd(text, start, member)) != NameSecrecy.NONE;
            }
        }
        return false;
    }

    /** Compares without creating strings. */
    private static boolean isOneOf(List<String> members, char[] text, int from, int to) {
        if (!Chars.isLetter(text[from])) {
            return false;
        }
        for (String member : members) {
            if (member.length() == to - from
                    && (member.charAt(0) | 0x20) == (text[from] | 0x20)
                    && Chars.startsWithIgnoringCase(text, from, to, member)) {
                return true;
            }
        }
        return false;
    }

    private void named(char[] text, int after, Assignments assignments, int to) {
        named = -REACH - 1;
        int start = skipBlanks(text, after, to);
        int end;
        boolean quoted = quote.at(text, start, to);
        if (quoted) {
            start = quote.end();
            end = quote.close(text, start, Math.min(to, start + REACH));
        } else {
            end = Chars.tokenEnd(text, start, Math.min(to, start + REACH));
            if (end < to && text[end] != '\n' && text[end] != '\r' && text[end] != ',') {
                return;
            }
        }
        if (end == start || secrecyNamedBy(text, start, end, names) == NameSecrecy.NONE) {
            return;
        }
        named = end;
        if (isNear(text, valueEnd, after)) {
            spans.add(valueStart, valueEnd, SecretKind.ASSIGNMENT);
            valueEnd = -REACH - 1;
        }
        int part = quoted ? formPart(text, end + 1, to) : -1;
        if (part >= 0) {
            assignments.valueAt(part, NameSecrecy.TEXT);
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
        if (Values.isSecret(secrecy, text, start, end)) {
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
        return name - object <= OBJECT_REACH && isNear(text, object, name);
    }

    /** Whether two members belong to the same object. */
    private static boolean isNear(char[] text, int end, int next) {
        if (end < 0 || next - end > REACH || next < end) {
            return false;
        }
        for (int i = end; i < next; i++) {
            if (text[i] == '}' || text[i] == '{' || text[i] == '>') {
                return false;
            }
        }
        return true;
    }
}
