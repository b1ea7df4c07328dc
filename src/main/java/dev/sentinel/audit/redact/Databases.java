package dev.sentinel.audit.redact;

/**
 * Finds passwords where clients of databases expect them: {@code sqlplus user/V@db},
 * {@code jdbc:oracle:thin:user/V@db}, and the lines of {@code .pgpass}: {@code host:5432:db:user:V}. Reads a bounded
 * number of characters. One thread.
 */
final class Databases {
    private static final String SQLPLUS = "sqlplus";
    private static final String THIN = "oracle:thin";
    /** Line numbers and times have as many colons, so only the usual port of PostgreSQL counts, or any. */
    private static final String PORT = "5432:";

    private static final String ANY_PORT = "*:";
    private static final String LOCAL = "localhost";

    private static final int SHORTEST = 3;
    private static final int MAX_USER = 64;
    private static final int MAX_PASSWORD = 64;
    private static final int MAX_OPTIONS = 4;
    private static final int MAX_OPTION = 32;

    private static final boolean[] OF_USER =
            Chars.tableOf("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.$#");
    private static final boolean[] OF_FIELD =
            Chars.tableOf("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.*");

    private final Values values;
    private final Spans spans;
    private final Quotes quote = new Quotes();

    Databases(Values values, Spans spans) {
        this.values = values;
        this.spans = spans;
    }

    /** Whether this word is the command. */
    static boolean isCommand(char[] text, int word, int end) {
        return end - word == SQLPLUS.length() && Chars.startsWith(text, word, end, SQLPLUS);
    }

    /** Examines what follows the command. */
    void command(char[] text, int end, int to) {
        int i = end;
        for (int options = 0; options < MAX_OPTIONS && i < to && text[i] == ' '; options++) {
            i++;
            if (i == to || text[i] != '-') {
                login(text, quote.at(text, i, to) ? quote.end() : i, to);
                return;
            }
            int option = i;
            while (i < to && text[i] != ' ' && i - option < MAX_OPTION) {
                i++;
            }
        }
    }

    /** Examines the colon at this position. */
    void colon(char[] text, int from, int at, int to) {
        if (at > from && text[at - 1] == 'n' && Escapes.endsWith(text, from, at, THIN)) {
            login(text, at + 1, to);
            return;
        }
        if (Chars.startsWith(text, at + 1, to, PORT)) {
            line(text, from, at, at + 1 + PORT.length(), to, false);
        } else if (Chars.startsWith(text, at + 1, to, ANY_PORT)) {
            line(text, from, at, at + 1 + ANY_PORT.length(), to, true);
        }
    }

    /** {@code user/V@db} */
    private void login(char[] text, int user, int to) {
        int slash = runEnd(text, user, to, MAX_USER, OF_USER);
        if (slash == user || slash == to || text[slash] != '/') {
            return;
        }
        int start = slash + 1;
        int end = start;
        while (end < to && end - start < MAX_PASSWORD && text[end] != '@' && isOfPassword(text[end])) {
            end++;
        }
        boolean any = end - start >= SHORTEST && end < to && text[end] == '@';
        if (any && !values.isHarmless(text, start, end, true)) {
            spans.add(start, end, SecretKind.ASSIGNMENT);
        }
    }

    /**
     * {@code host:5432:db:user:V}, and nothing behind it on its line.
     *
     * @param host where the host ends
     * @param anyPort then the host has to look like one: patterns of keys and of resources have as many colons
     */
    private void line(char[] text, int from, int host, int database, int to, boolean anyPort) {
        int start = host;
        while (start > from && host - start < MAX_USER && isOf(text[start - 1], OF_FIELD)) {
            start--;
        }
        int user = fieldEnd(text, database, to);
        int password = user < 0 ? -1 : fieldEnd(text, user, to);
        if (start == host || password < 0 || (start > from && isOfPassword(text[start - 1]))) {
            return;
        }
        // Behind a line end that is an escape, its letter is no part of the host.
        if (anyPort && !isHost(text, start + Escapes.escapePart(text, from, start, host), host)) {
            return;
        }
        int end = password;
        for (int i = 0; i < MAX_PASSWORD; i++) {
            end += lengthInPassword(text, end, to);
        }
        boolean ended = end == to || (isAfterPassword(text[end]) && lengthInPassword(text, end, to) == 0);
        if (ended && values.isSecretValue(NameSecrecy.LIKELY, text, password, end, true)) {
            spans.add(password, end, SecretKind.ASSIGNMENT);
        }
    }

    /** Where the next field begins; -1 if there is none. */
    private static int fieldEnd(char[] text, int at, int to) {
        int end = runEnd(text, at, to, MAX_USER, OF_FIELD);
        return end > at && end < to && text[end] == ':' ? end + 1 : -1;
    }

    private static int runEnd(char[] text, int at, int to, int most, boolean[] set) {
        int i = at;
        while (i < to && i - at < most && isOf(text[i], set)) {
            i++;
        }
        return i;
    }

    private static boolean isOf(char c, boolean[] set) {
        return c < Terms.ASCII && set[c];
    }

    private static boolean isHost(char[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text[i] == '.') {
                return true;
            }
        }
        return (to - from == 1 && text[from] == '*')
                || (to - from == LOCAL.length() && Chars.startsWith(text, from, to, LOCAL));
    }

    /** Of a character, or of two if a backslash protects the second one; 0 if none comes. */
    private static int lengthInPassword(char[] text, int at, int to) {
        if (at == to) {
            return 0;
        }
        if (text[at] != '\\') {
            return isOfPassword(text[at]) ? 1 : 0;
        }
        if (at + 1 == to || (text[at + 1] != ':' && text[at + 1] != '\\')) {
            return 0;
        }
        // In JSON, a line may end with an escape that is escaped itself.
        boolean lineEnd = text[at + 1] == '\\' && at + 2 < to && (text[at + 2] == 'n' || text[at + 2] == 'r');
        return lineEnd ? 0 : 2;
    }

    private static boolean isAfterPassword(char c) {
        return c == '\n' || c == '\r' || c == '\\' || Chars.isQuote(c);
    }

    private static boolean isOfPassword(char c) {
        return c > ' ' && !Chars.isQuote(c) && c != '\\';
    }
}
