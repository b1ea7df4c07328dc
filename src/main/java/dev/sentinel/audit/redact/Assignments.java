package dev.sentinel.audit.redact;

import java.util.Locale;
import java.util.Set;

/**
 * Finds secrets that follow their name in a text: {@code password=…} in a query or a connection string, {@code Cookie:
 * …} in a header, {@code "api_key": "…"} in JSON that was sent as text.
 */
final class Assignments {
    private static final int MAX_NAME = 64;
    private static final int MAX_GAP = 6;

    /** Shorter values are placeholders, such as ? or $1. */
    private static final int MIN_VALUE = 3;

    private static final Set<String> LITERALS = Set.of("null", "none", "true", "false");

    private final SecretKeys keys;

    Assignments(SecretKeys keys) {
        this.keys = keys;
    }

    /** Finds the value of an assignment whose sign ({@code =} or {@code :}) is at {@code at}. */
    boolean find(char[] text, int from, int at, int to, Spans spans) {
        int nameEnd = at;
        boolean quoted = false;
        while (nameEnd > from && at - nameEnd < MAX_GAP && isGap(text[nameEnd - 1])) {
            nameEnd--;
            quoted |= Chars.isQuote(text[nameEnd]);
        }
        int name = nameEnd;
        while (name > from && nameEnd - name < MAX_NAME && (Chars.isToken(text[name - 1]) || text[name - 1] == '.')) {
            name--;
        }
        if (name == nameEnd) {
            return false;
        }
        boolean unambiguous = keys.matchesUnambiguously(text, name, nameEnd);
        // In prose such as "Unexpected token: name", nothing is a secret.
        boolean prose = text[at] == ':' && !quoted;
        if (!unambiguous && (prose || !keys.matches(text, name, nameEnd))) {
            return false;
        }
        return value(text, at, to, isHeader(text, name, nameEnd) && text[at] == ':', spans);
    }

    private static boolean value(char[] text, int at, int to, boolean header, Spans spans) {
        int start = at + 1;
        boolean quoted = false;
        while (start < to && start - at <= MAX_GAP && isGap(text[start])) {
            quoted |= Chars.isQuote(text[start]);
            start++;
        }
        if (Chars.startsWith(text, start, to, RedactionRules.REPLACEMENT)) {
            return false;
        }
        int end = start;
        while (end < to && !ends(text[end], quoted, header)) {
            end++;
        }
        if (end - start < MIN_VALUE || isLiteral(text, start, end)) {
            return false;
        }
        spans.add(start, end, SecretKind.ASSIGNMENT);
        return true;
    }

    private static boolean isGap(char c) {
        return c == ' ' || c == '\\' || Chars.isQuote(c);
    }

    private static boolean ends(char c, boolean quoted, boolean header) {
        if (Chars.isQuote(c) || c == '\n' || c == '\r') {
            return true;
        }
        if (quoted) {
            return c == '\\';
        }
        return !header && (c <= ' ' || "&;,<>)]}".indexOf(c) >= 0);
    }

    /** Values of these headers contain spaces: a scheme and its credentials, or several cookies. */
    private static boolean isHeader(char[] text, int name, int nameEnd) {
        String normalized = SecretKeys.normalized(new String(text, name, nameEnd - name));
        return normalized.endsWith("authorization") || normalized.endsWith("cookie");
    }

    /** Whether the value is a literal of JSON or Python, which is no secret. */
    private static boolean isLiteral(char[] text, int start, int end) {
        String value = end - start > 5 ? "" : new String(text, start, end - start).toLowerCase(Locale.ROOT);
        return LITERALS.contains(value);
    }
}
