package dev.sentinel.audit.redact;

import java.util.Locale;
import java.util.Set;

/**
 * Secrets behind their name within a text: {@code password=…} in a query or a connection string, {@code Cookie: …} in a
 * header, {@code "api_key": "…"} in JSON that was sent as text.
 */
final class Assignments {
    private static final int MAX_NAME = 64;
    private static final int MAX_GAP = 6;

    /** What is shorter is a placeholder, such as ? or $1. */
    private static final int SHORTEST = 3;

    private static final Set<String> LITERALS = Set.of("null", "none", "true", "false");

    private final SecretKeys keys;

    Assignments(SecretKeys keys) {
        this.keys = keys;
    }

    /** Finds the value that the sign ({@code =} or {@code :}) here gives to a name. */
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
        boolean sure = keys.matchesForSure(text, name, nameEnd);
        // "Unexpected token: name" is prose.
        boolean prose = text[at] == ':' && !quoted;
        if (!sure && (prose || !keys.matches(text, name, nameEnd))) {
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
        if (end - start < SHORTEST || isLiteral(text, start, end)) {
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

    /** Values of these have spaces: a scheme and its credentials, or several cookies. */
    private static boolean isHeader(char[] text, int name, int nameEnd) {
        String normalised = SecretKeys.normalised(new String(text, name, nameEnd - name));
        return normalised.endsWith("authorization") || normalised.endsWith("cookie");
    }

    /** JSON and Python have values that tell nothing. */
    private static boolean isLiteral(char[] text, int start, int end) {
        String value = end - start > 5 ? "" : new String(text, start, end - start).toLowerCase(Locale.ROOT);
        return LITERALS.contains(value);
    }
}
