package dev.sentinel.audit.redact;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What precedes a value.
 *
 * @param header whether the value extends to the end of the line
 * @param inQuotes whether one pair of quotes encloses name and value
 * @param quotedName whether the name alone is quoted
 * @param colon whether the sign is a colon
 */
record Assignment(
        int name,
        int nameEnd,
        NameSecrecy secrecy,
        boolean header,
        boolean inQuotes,
        boolean quotedName,
        boolean colon) {
    /** A shorter value repeats the end of a name by chance. */
    private static final int SHORTEST_AGAIN = 9;

    private static final int SHORTEST = 3;

    private static final String[] HEADERS = {"authorization", "cookie"};
    private static final boolean[] ENDS_HEADER = Chars.tableOf("ne");

    private static final String[] WHOLE_LINE = RuleFiles.ordered("wholeline").toArray(String[]::new);
    private static final boolean[] ENDS_WHOLE_LINE = Chars.tableOf(
            Stream.of(WHOLE_LINE).map(end -> end.substring(end.length() - 1)).collect(Collectors.joining()));

    /** Of a value at this position, whose name is known to be secret. */
    static Assignment of(NameSecrecy secrecy, int at) {
        return new Assignment(at, at, secrecy, false, false, true, false);
    }

    /** The same, of a value that has to look like a secret. */
    Assignment likely() {
        return new Assignment(name, nameEnd, NameSecrecy.LIKELY, false, inQuotes, quotedName, colon);
    }

    /** Whether a name is that of a header whose value may contain blanks: a scheme and credentials, or cookies. */
    static boolean isHeader(char[] text, int name, int nameEnd, SecretNames names) {
        return Folded.endsWithOne(text, name, nameEnd, HEADERS, ENDS_HEADER, names);
    }

    /** Whether the value is a phrase. */
    boolean isWholeLine(char[] text, SecretNames names) {
        return Folded.endsWithOne(text, name, nameEnd, WHOLE_LINE, ENDS_WHOLE_LINE, names);
    }

    /** {@code DB_PASSWORD=V} at the beginning of a line or after a blank. */
    boolean isVariableOfShell(char[] text, int from, int after) {
        if (nameEnd != after - 1 || (name > from && text[name - 1] > ' ' && !Escapes.isBehindSpace(text, from, name))) {
            return false;
        }
        for (int i = name; i < nameEnd; i++) {
            if (!Chars.isUpper(text[i]) && !Chars.isDigit(text[i]) && text[i] != '_') {
                return false;
            }
        }
        return true;
    }

    /** {@code REFRESH_TOKEN = "refresh_token"}, {@code CallGetSecret = "GetSecret"}: a constant. */
    boolean isNameAgain(char[] text, int start, int end, SecretNames names) {
        return end - start <= NameBefore.MAX_NAME
                && end - start >= SHORTEST
                && Folded.isEndOf(text, name, nameEnd, start, end, SHORTEST_AGAIN, names);
    }

    /** {@code PWD=/work}: the working directory, not a password. */
    boolean isWorkingDirectory(char[] text, int start, int end) {
        return mayBeWorkingDirectory(text) && Randomness.isPath(text, start, end);
    }

    boolean mayBeWorkingDirectory(char[] text) {
        return nameEnd - name >= 3 && Chars.startsWithIgnoringCase(text, nameEnd - 3, nameEnd, "pwd");
    }
}
