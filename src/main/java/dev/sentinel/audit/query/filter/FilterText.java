package dev.sentinel.audit.query.filter;

import java.util.ArrayList;
import java.util.List;

/** The text of a filter and how far it is read. One thread. */
final class FilterText {
    private static final char END = 0;

    private final String text;
    private int at;

    /** @param text without NUL */
    FilterText(String text) {
        this.text = text;
    }

    /** A value: text between unquoted asterisks. */
    record Value(int column, List<String> parts, boolean quoted) {
        /** The value as it is written, without quotes. */
        String written() {
            return String.join("*", parts);
        }

        boolean hasStars() {
            return parts.size() > 1;
        }

        MalformedFilterException mistake(String message) {
            return new MalformedFilterException(column, message);
        }
    }

    /** The column of the next character, from 1, in characters (code points). */
    int column() {
        return 1 + text.codePointCount(0, at);
    }

    MalformedFilterException mistake(String message) {
        return new MalformedFilterException(column(), message);
    }

    void skipSpaces() {
        while (isSpace(next())) {
            at++;
        }
    }

    boolean isAtEnd() {
        return at == text.length();
    }

    /** The next character; NUL at the end. */
    char next() {
        return charAt(at);
    }

    /** Goes past a character if it is the next one. */
    boolean take(char c) {
        if (next() != c) {
            return false;
        }
        at++;
        return true;
    }

    /** Whether this word stands here by itself. */
    boolean isAtWord(String word) {
        return text.startsWith(word, at) && endsWord(charAt(at + word.length()));
    }

    /** Whether the text from here on, up to a space, looks like this. */
    boolean looksLike(String regex) {
        int end = at;
        while (!endsWord(charAt(end))) {
            end++;
        }
        return text.substring(at, end).matches(regex);
    }

    void skip(int characters) {
        at += characters;
    }

    /** Takes a key: a word before a colon, or {@code meta} before a dot; empty if none is here. */
    String takeKey() {
        int end = at;
        while (isOfKey(charAt(end))) {
            end++;
        }
        String word = text.substring(at, end);
        boolean isKey = charAt(end) == ':' || (charAt(end) == '.' && FilterKey.of(word) == FilterKey.META);
        if (!isKey) {
            return "";
        }
        at = end;
        return word;
    }

    /** Takes a name in a path, up to a dot or a colon, or in quotes. */
    String takeName() throws MalformedFilterException {
        if (next() == '"') {
            return takeQuoted();
        }
        int start = at;
        while (!endsWord(next()) && next() != '.' && next() != ':' && next() != '"') {
            at++;
        }
        if (at == start) {
            throw mistake("a name is missing; names with other characters are quoted: meta.\"a name\".b:value");
        }
        return text.substring(start, at);
    }

    /** Takes a value: quoted and other pieces up to a space or a closing parenthesis. */
    Value takeValue() throws MalformedFilterException {
        int column = column();
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean quoted = false;
        boolean afterStar = false;
        while (!endsWord(next())) {
            if (take('*')) {
                // Several asterisks are one.
                if (!afterStar) {
                    parts.add(part.toString());
                    part.setLength(0);
                }
                afterStar = true;
                continue;
            }
            if (next() == '"') {
                quoted = true;
                String piece = takeQuoted();
                part.append(piece);
                afterStar &= piece.isEmpty();
            } else {
                part.append(next());
                at++;
                afterStar = false;
            }
        }
        if (next() == '(') {
            throw mistake("a value with a parenthesis must be in double quotes");
        }
        parts.add(part.toString());
        return new Value(column, parts, quoted);
    }

    private String takeQuoted() throws MalformedFilterException {
        int column = column();
        StringBuilder quoted = new StringBuilder();
        at++;
        while (next() != '"') {
            if (next() == '\\') {
                at++;
                if (next() != '"' && next() != '\\') {
                    throw mistake("in quotes, a backslash escapes only a quote or a backslash; write \\\\ for one");
                }
            }
            if (isAtEnd()) {
                throw new MalformedFilterException(column, "the closing quote is missing");
            }
            quoted.append(next());
            at++;
        }
        at++;
        return quoted.toString();
    }

    private char charAt(int index) {
        return index < text.length() ? text.charAt(index) : END;
    }

    private static boolean isOfKey(char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private static boolean endsWord(char c) {
        return c == END || c == '(' || c == ')' || isSpace(c);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }
}
