package dev.sentinel.audit.redact;

import java.util.Arrays;
import java.util.List;

/**
 * Finds secrets among the arguments of calls and the elements of lists: {@code ["authorization", "V"]},
 * {@code setPassword("V")}, {@code new PasswordAuthentication("user", "V")}, {@code fill('#password', 'V')}.
 */
final class Calls {
    private static final int MAX_NAME = 64;
    private static final int MAX_GAP = 8;
    private static final int MAX_ARGUMENT = 200;
    private static final int MAX_ARGUMENTS = 3;
    private static final int REACH = SecretWords.REACH;
    private static final int SHORTEST = 3;

    private static final String SECURE_STRING = "ConvertTo-SecureString ";
    private static final String OPTION = "-String ";

    private static final WordSet GETTERS = WordSet.of("getter");
    private static final WordSet SETTERS = new WordSet(List.of("set", "with"));
    private static final WordSet LOGINS = WordSet.of("logins");
    private static final WordSet TYPING = WordSet.of("typing");

    private final SecretNames names;
    private final Values values;
    private final Spans spans;
    private final Quotes before = new Quotes();
    private final Quotes after = new Quotes();
    private final Search separators = Search.of(Chars.tableOf(",)\n"));
    private final SecretWords words;
    /**
     * The last second and third argument: calls may begin within others, as in {@code login(login(}, and share them.
     */
    private final int[] knownArguments = new int[MAX_ARGUMENTS];

    private final int[] knownEnds = new int[MAX_ARGUMENTS];

    Calls(SecretNames names, Values values, Spans spans) {
        this.names = names;
        this.values = values;
        this.words = new SecretWords(names);
        this.spans = spans;
    }

    /** Starts a new text. */
    void begin(int from) {
        separators.begin();
        words.begin(from);
        Arrays.fill(knownArguments, -1);
    }

    /** Examines the two list elements that this comma separates. */
    void pair(char[] text, int from, int at, int to) {
        if (at == from || Chars.isToken(text[at - 1]) || !before.before(text, from, at)) {
            return;
        }
        int nameEnd = before.start();
        if (nameEnd > from && text[nameEnd - 1] == ']') {
            // [name="password"] is a selector.
            nameEnd--;
            nameEnd -= nameEnd > from && Chars.isQuote(text[nameEnd - 1]) ? 1 : 0;
        }
        int name = nameEnd;
        while (name > from && nameEnd - name < MAX_NAME && (Chars.isToken(text[name - 1]) || text[name - 1] == '.')) {
            name--;
        }
        if (name == nameEnd || names.secrecy(text, name, nameEnd) == NameSecrecy.NONE) {
            return;
        }
        boolean selector = name > from && isOfSelector(text, from, name);
        if (!selector && (!after.before(text, from, name) || follows(text, from, after.start()))) {
            return;
        }
        int start = skipBlanks(text, at + 1, to);
        if (after.at(text, start, to)) {
            int value = after.end();
            take(text, value, after.close(text, value, to), NameSecrecy.LIKELY);
        }
    }

    /** {@code #password}, {@code [name="password"]} */
    private static boolean isOfSelector(char[] text, int from, int name) {
        char c = text[name - 1];
        return c == '#' || c == '=' || (Chars.isQuote(c) && name - 2 >= from && text[name - 2] == '=');
    }

    /** Examines the call that this bracket opens. */
    void call(char[] text, int from, int at, int to) {
        int name = at;
        while (name > from && at - name < MAX_NAME && Chars.isToken(text[name - 1])) {
            name--;
        }
        if (name == at) {
            tuple(text, from, at, to);
            secureString(text, at + 1, to);
            return;
        }
        if (text[at - 1] == 'p' || text[at - 1] == 'x') {
            dataSource(text, from, name, at);
        }
        int argument = argument(text, at + 1, to);
        if (argument < 0) {
            if (isLogin(text, name, at)) {
                lastArguments(text, at + 1, to);
            }
            return;
        }
        if (TYPING.has(text, name, at)) {
            typed(text, name, to);
            return;
        }
        if (isLogin(text, name, at)) {
            lastArguments(text, at + 1, to);
            return;
        }
        if (names.secrecy(text, name, at) == NameSecrecy.NONE) {
            return;
        }
        NameWords called = new NameWords(text, name, at);
        boolean sets = called.isOneOf(SETTERS, 0);
        if (!called.isOneOf(GETTERS, 0)) {
            int value = after.end();
            int end = after.close(text, value, to);
            take(text, value, end, sets ? NameSecrecy.TEXT : NameSecrecy.LIKELY);
        }
    }

    /** {@code user:V@tcp(db:3306)/shop}, a data source name in Go. */
    private void dataSource(char[] text, int from, int name, int at) {
        boolean network = Chars.startsWith(text, name, at, "tcp") || Chars.startsWith(text, name, at, "unix");
        if (!network || name == from || text[name - 1] != '@') {
            return;
        }
        for (int i = name - 2; i > from && name - i < REACH && text[i] > ' ' && !Chars.isQuote(text[i]); i--) {
            if (text[i] == ':') {
                take(text, i + 1, name - 1, NameSecrecy.TEXT);
                return;
            }
        }
    }

    /** {@code auth=("user", "V")} */
    private void tuple(char[] text, int from, int at, int to) {
        if (at - 1 <= from || text[at - 1] != '=') {
            return;
        }
        int name = at - 1;
        while (name > from && at - name < MAX_NAME && Chars.isToken(text[name - 1])) {
            name--;
        }
        if (name < at - 1 && isLogin(text, name, at - 1)) {
            lastArguments(text, at + 1, to);
        }
    }

    /** {@code (ConvertTo-SecureString "V" -AsPlainText -Force)} of PowerShell. */
    private void secureString(char[] text, int at, int to) {
        if (!Chars.startsWith(text, at, to, SECURE_STRING)) {
            return;
        }
        int word = at + SECURE_STRING.length();
        int argument = Chars.startsWith(text, word, to, OPTION) ? word + OPTION.length() : word;
        if (after.at(text, argument, to)) {
            int value = after.end();
            take(text, value, after.close(text, value, to), NameSecrecy.TEXT);
        }
    }

    private static boolean isLogin(char[] text, int name, int end) {
        return LOGINS.hasFolded(text, name, end);
    }

    /** Finds a quoted argument at this position, possibly with a prefix such as {@code b}; -1 if there is none. */
    private int argument(char[] text, int at, int to) {
        int i = at;
        while (i < to && i - at < 2 && Chars.isLetter(text[i])) {
            i++;
        }
        return after.at(text, i, to) ? i : after.at(text, at, to) ? at : -1;
    }

    /** Takes the second and third arguments if they look like secrets. The first is the user or the address. */
    private void lastArguments(char[] text, int at, int to) {
        int i = at;
        int limit = Math.min(to, at + MAX_ARGUMENT);
        for (int index = 0; index < MAX_ARGUMENTS; index++) {
            i = Code.behindPrefix(text, skipBlanks(text, i, to), to, names);
            int end = index > 0 && knownArguments[index] == i ? knownEnds[index] : argumentEnd(text, i, to, index);
            end = end < limit ? separators.next(text, end, limit) : end;
            if (end >= limit || text[end] != ',') {
                return;
            }
            i = end + 1;
        }
    }

    /**
     * Where the text that is this argument ends, which is taken unless it is the first one; the start if it is none.
     */
    private int argumentEnd(char[] text, int at, int to, int index) {
        if (!after.at(text, at, to)) {
            return at;
        }
        int value = after.end();
        int end = after.close(text, value, to);
        if (index > 0) {
            take(text, value, end, NameSecrecy.LIKELY);
            knownArguments[index] = at;
            knownEnds[index] = end;
        }
        return end;
    }

    /** {@code getByLabel('Password').fill('V')}: the same line names the field. */
    private void typed(char[] text, int name, int to) {
        int value = after.end();
        int end = after.close(text, value, to);
        if (words.isBefore(text, name)) {
            take(text, value, end, NameSecrecy.LIKELY);
        }
    }

    private static int skipBlanks(char[] text, int at, int to) {
        return Escapes.skipSpaces(text, at, to, MAX_GAP);
    }

    /** Whether what begins here is the value of a member rather than the element of a list. */
    private static boolean follows(char[] text, int from, int at) {
        int i = at;
        while (i > from && at - i < MAX_GAP && text[i - 1] == ' ') {
            i--;
        }
        return i > from && (text[i - 1] == ':' || text[i - 1] == '=');
    }

    private void take(char[] text, int start, int end, NameSecrecy secrecy) {
        if (end - start >= SHORTEST && values.isSecretValue(secrecy, text, start, end, true)) {
            spans.add(start, end, SecretKind.ASSIGNMENT);
        }
    }
}
