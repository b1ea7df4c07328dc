package dev.sentinel.audit.redact;

import java.util.Arrays;
import java.util.List;

/**
 * Finds secrets in command lines: {@code --password V}, {@code curl -u user:V}, {@code mysql -pV}; also as lists of
 * words.
 */
final class Options {
    private static final int MAX_NAME = 64;
    private static final int MAX_GAP = 8;
    /** How far before {@code --password-stdin} its {@code echo} is looked for, in characters. */
    private static final int REACH = 200;

    private static final int SHORTEST = 3;
    private static final int SHORTEST_LONG_NAME = 4;
    private static final int LONGEST_CONTROL = 6;

    /**
     * An option of one letter, whose meaning depends on the command.
     *
     * @param attached whether the value is in the same word
     */
    private record Letter(String option, boolean attached, Commands commands) {}

    private static final Commands.Names ATTACHED_P = new Commands.Names("attached-p");
    private static final Commands.Names LETTER_LOWER_P = new Commands.Names("letter-p");
    private static final Commands.Names LETTER_UPPER_P = new Commands.Names("letter-P");
    private static final Commands.Names LETTER_A = new Commands.Names("letter-a");
    private static final Commands.Names LETTER_K = new Commands.Names("letter-k");
    private static final Commands.Names LETTER_W = new Commands.Names("letter-w");
    private static final Commands.Names OPTION_VALUE = new Commands.Names("option-value");
    private static final Commands.Names OPTION_B = new Commands.Names("option-b");

    private static final WordSet USERS = WordSet.of("users");

    private static final boolean[] LETTERS = Chars.tableOf("pPakw");

    private final SecretNames names;
    private final Values values;
    private final Spans spans;
    private final Quotes quote = new Quotes();
    private final List<Letter> letters = List.of(
            new Letter("-p", true, new Commands(ATTACHED_P)),
            new Letter("-p", false, new Commands(LETTER_LOWER_P)),
            new Letter("-P", false, new Commands(LETTER_UPPER_P)),
            new Letter("-a", false, new Commands(LETTER_A)),
            new Letter("-k", false, new Commands(LETTER_K)),
            new Letter("-w", false, new Commands(LETTER_W)));
    /** Options may begin within the arguments of others, as in {@code (-u=(-u=}, and share the end. */
    private final Search argumentEnds = new Search(endsOfArgument(), LONGEST_CONTROL, Options::endsArgument);

    private final Search userEnds = Search.of(Chars.tableOf(":/%"));
    private boolean begun;
    private final Commands withValue = new Commands(OPTION_VALUE);
    private final Commands withCookies = new Commands(OPTION_B);

    Options(SecretNames names, Values values, Spans spans) {
        this.names = names;
        this.values = values;
        this.spans = spans;
    }

    /** Starts a new text. Most have no option, so the commands start with the first one. */
    void begin() {
        begun = false;
    }

    private void beginCommands(int from) {
        if (!begun) {
            begun = true;
            argumentEnds.begin();
            userEnds.begin();
            letters.forEach(letter -> letter.commands.begin(from));
            withValue.begin(from);
            withCookies.begin(from);
        }
    }

    /** Examines the option that begins with this hyphen. */
    void find(char[] text, int from, int at, int to) {
        if (at > from && !mayPrecede(text[at - 1]) && !Escapes.isBehindEscape(text, from, at)) {
            return;
        }
        int name = at;
        while (name < to && text[name] == '-' && name - at < 2) {
            name++;
        }
        int end = name;
        while (end < to && Chars.isToken(text[end]) && end - name < MAX_NAME) {
            end++;
        }
        if (end == name || !Chars.isLetter(text[name])) {
            return;
        }
        beginCommands(from);
        boolean single = name - at == 1;
        if ((single && LETTERS[text[name]] && letter(text, from, at, end, to)) || special(text, from, at, end, to)) {
            return;
        }
        if (USERS.has(text, at, end)) {
            user(text, end < to && text[end] == '=' ? end + 1 : argument(text, end, to), to);
        } else if (text[name] == 'u' && single && end < to && text[end] == ':') {
            // curl -uuser:V
            user(text, name + 1, to);
        } else if (!single || end - name >= SHORTEST_LONG_NAME) {
            named(text, name, end, to, single);
        }
    }

    private static boolean mayPrecede(char before) {
        return before <= ' ' || Chars.isQuote(before) || before == ',' || before == '[' || before == '(';
    }

    /** Options that hold a secret only with certain commands. */
    private boolean special(char[] text, int from, int at, int end, int to) {
        boolean isLong = text[at + 1] == '-';
        if (isLong && Chars.startsWith(text, at, end, "--password-stdin")) {
            echoed(text, from, at, to);
            return true;
        }
        if (isLong && end - at == 7 && Chars.startsWith(text, at, end, "--value")) {
            if (withValue.areBefore(text, at)) {
                int start = argument(text, end, to);
                take(text, start, start < 0 ? start : argumentEnd(text, start, to));
            }
            return true;
        }
        if (end - at == 2 && text[at + 1] == 'b' && withCookies.areBefore(text, at)) {
            int start = argument(text, end, to);
            int last = start < 0 ? start : argumentEnd(text, start, to);
            while (start < last && text[start] != '=') {
                start++;
            }
            take(text, start < last ? start + 1 : start, last);
            return true;
        }
        return false;
    }

    /** {@code echo V | docker login --password-stdin} */
    private void echoed(char[] text, int from, int at, int to) {
        int i = at;
        while (i > from && at - i < REACH && text[i] != '\n' && !Chars.startsWith(text, i, at, "echo ")) {
            i--;
        }
        if (Chars.startsWith(text, i, at, "echo ")) {
            int start = i + (Chars.startsWith(text, i, at, "echo -n ") ? 8 : 5);
            int end = argumentEnd(text, start, to);
            take(text, start, end);
        }
    }

    /** @param single whether the option has one hyphen, like words in prose */
    private void named(char[] text, int name, int end, int to, boolean single) {
        NameSecrecy secrecy = names.secrecy(text, name, end);
        boolean pass = Chars.startsWith(text, name, to, "passin ") || Chars.startsWith(text, name, to, "passout ");
        if (secrecy == NameSecrecy.NONE && !pass) {
            return;
        }
        int start = argument(text, end, to);
        if (pass && start >= 0 && Chars.startsWith(text, start, to, "pass:")) {
            take(text, start + 5, argumentEnd(text, start + 5, to));
        } else if (start >= 0 && !pass) {
            if (text[start] == '(') {
                // -Password (ConvertTo-SecureString "V" …)
                start = Code.behindPrefix(text, start + 1, to, names);
            }
            int last = argumentEnd(text, start, to);
            if (!single || values.isRandom(text, start, last)) {
                take(text, start, last);
            }
        }
    }

    private void user(char[] text, int begin, int to) {
        if (begin < 0) {
            return;
        }
        int last = argumentEnd(text, begin, to);
        int start = quote.at(text, begin, to) ? quote.end() : begin;
        int colon = userEnds.next(text, start, last);
        boolean address = Chars.startsWith(text, colon, to, "://");
        int compared = start + Math.min(colon - start, MAX_NAME);
        boolean same = last - colon - 1 == colon - start
                && Arrays.equals(text, start, compared, text, colon + 1, colon + 1 + compared - start);
        if (colon > start && colon < last && text[colon] != '/' && !address && !same && !isNumber(text, start, colon)) {
            take(text, colon + 1, last);
        }
    }

    /** {@code docker run -u 1000:1000} */
    private static boolean isNumber(char[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!Chars.isDigit(text[i])) {
                return false;
            }
        }
        return true;
    }

    private boolean letter(char[] text, int from, int at, int end, int to) {
        // In mysql -p'V' the quote belongs to the value; in ["-p","V"] it closes the option.
        boolean listed = at > from && Chars.isQuote(text[at - 1]);
        boolean attached = end - at > 2 || (!listed && quote.at(text, end, to));
        for (Letter letter : letters) {
            boolean same = attached == letter.attached && text[at + 1] == letter.option.charAt(1);
            if (!same || !letter.commands.areBefore(text, at)) {
                continue;
            }
            int start = letter.attached ? at + 2 : argument(text, end, to);
            if (start >= 0) {
                take(text, start, argumentEnd(text, start, to));
            }
            return true;
        }
        return false;
    }

    /** Where the argument of an option begins, quoted or as the next list element; -1 if there is none. */
    private int argument(char[] text, int end, int to) {
        int i = end;
        boolean separated = false;
        boolean listed = quote.at(text, i, to);
        if (listed) {
            // The option is an element of a list.
            i = Escapes.skipSpaces(text, quote.end(), to, to);
            if (i == to || text[i] != ',') {
                return -1;
            }
            i++;
            separated = true;
        }
        int gap = i;
        if (listed) {
            i = Escapes.skipSpaces(text, i, to, MAX_GAP);
        } else {
            while (i < to && i - gap < MAX_GAP && (text[i] == ' ' || text[i] == '\t')) {
                i++;
                separated = true;
            }
        }
        if (!listed && i - gap > 1) {
            // The description of an option stands in a column of its own.
            return -1;
        }
        if (Chars.startsWith(text, i, to, "<<< ")) {
            i += 4;
        }
        boolean next = separated && i < to && text[i] != '-';
        return next && (!listed || quote.at(text, i, to)) ? i : -1;
    }

    private int argumentEnd(char[] text, int at, int to) {
        return quote.at(text, at, to) ? quote.close(text, quote.end(), to) : argumentEnds.next(text, at, to);
    }

    private static boolean endsArgument(char[] text, int at, int to) {
        return switch (text[at]) {
            case '%' -> Escapes.isControl(text, at, to);
            case '\\' -> Escapes.isControl(text, at, to) || (at + 1 < to && Chars.isQuote(text[at + 1]));
            default -> true;
        };
    }

    private static boolean[] endsOfArgument() {
        boolean[] ends = Chars.tableOf("\"'`;|\\%");
        for (char c = 0; c <= ' '; c++) {
            ends[c] = true;
        }
        return ends;
    }

    private void take(char[] text, int at, int end) {
        boolean quoted = at >= 0 && quote.at(text, at, end);
        int start = quoted ? quote.end() : at;
        if (start >= 0
                && end - start >= SHORTEST
                && text[start] != '('
                && !values.isHarmless(text, start, end, quoted)) {
            spans.add(start, end, SecretKind.ASSIGNMENT);
        }
    }
}
