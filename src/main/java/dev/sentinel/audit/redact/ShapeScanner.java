package dev.sentinel.audit.redact;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Finds secrets in a text by their shape, in one pass. Most characters cost one table lookup, because only a few can
 * start or mark a secret. One thread.
 */
final class ShapeScanner {
    private static final boolean[] SIGN = signs();

    private static final String JWT_START = "eyJ";
    private static final int JWT_PART = 8;
    private static final String PEM_START = "-----BEGIN ";
    private static final String PEM_END = "-----END ";
    private static final String PEM_KEY = "PRIVATE KEY";
    private static final int PEM_LABEL = 40;

    /** Longest word that follows "bearer" in prose: authentication. */
    private static final int LONGEST_WORD = 14;

    private static final int SHORTEST_CREDENTIAL = 8;

    private final Assignments assignments;
    private final Spans spans = new Spans();

    ShapeScanner(SecretKeys keys) {
        this.assignments = new Assignments(keys);
    }

    /** The secrets that the last scan found. */
    Spans found() {
        return spans;
    }

    /** The text with its secrets replaced, or null if it has none. */
    @Nullable
    String clean(char[] text, int from, int to) {
        spans.clear();
        int i = from;
        while (i < to) {
            char c = text[i];
            if (c < SIGN.length && SIGN[c] && find(text, from, i, to)) {
                i = spans.end();
            } else {
                i++;
            }
        }
        return spans.isEmpty() ? null : spans.replaced(text, from, to, RedactionRules.REPLACEMENT);
    }

    /** Whether an integer is a payment card number. */
    boolean isCardNumber(char[] text, int from, int to) {
        return to - from >= 13 && CardNumbers.end(text, from, from, to) == to;
    }

    private boolean find(char[] text, int from, int at, int to) {
        return switch (text[at]) {
            case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> card(text, from, at, to);
            case ':' ->
                Chars.startsWith(text, at, to, "://")
                        ? urlPassword(text, at + 3, to)
                        : assignments.find(text, from, at, to, spans);
            case '=' -> assignments.find(text, from, at, to, spans);
            case '-' -> privateKey(text, at, to);
            case 'e' -> Chars.startsWord(text, from, at) && jwt(text, at, to);
            case 'b', 'B' -> Chars.startsWord(text, from, at) && httpCredentials(text, at, to);
            default -> Chars.startsWord(text, from, at) && IssuedTokens.find(text, at, to, spans);
        };
    }

    private boolean card(char[] text, int from, int at, int to) {
        int end = CardNumbers.end(text, from, at, to);
        if (end < 0) {
            return false;
        }
        spans.add(at, end, SecretKind.CARD_NUMBER);
        return true;
    }

    private boolean urlPassword(char[] text, int authority, int to) {
        int colon = -1;
        int userInfoEnd = -1;
        for (int i = authority; i < to && !endsAuthority(text[i]); i++) {
            if (text[i] == ':' && colon < 0) {
                colon = i;
            } else if (text[i] == '@') {
                userInfoEnd = i;
            }
        }
        if (colon < 0
                || userInfoEnd <= colon + 1
                || Chars.startsWith(text, colon + 1, userInfoEnd, RedactionRules.REPLACEMENT)) {
            return false;
        }
        spans.add(colon + 1, userInfoEnd, SecretKind.URL_PASSWORD);
        return true;
    }

    private static boolean endsAuthority(char c) {
        return c <= ' ' || c == '/' || c == '?' || c == '#' || c == '\\' || c == '<' || c == '>' || Chars.isQuote(c);
    }

    private boolean jwt(char[] text, int at, int to) {
        if (!Chars.startsWith(text, at, to, JWT_START)) {
            return false;
        }
        int header = Chars.tokenEnd(text, at, to);
        if (header - at < JWT_PART || header == to || text[header] != '.') {
            return false;
        }
        int payload = Chars.tokenEnd(text, header + 1, to);
        if (payload - header <= JWT_PART) {
            return false;
        }
        // An encrypted token has five parts. The third part of an unsigned one is empty.
        int end = payload;
        while (end < to && text[end] == '.') {
            int part = Chars.tokenEnd(text, end + 1, to);
            if (part == end + 1) {
                break;
            }
            end = part;
        }
        spans.add(at, end, SecretKind.JWT);
        return true;
    }

    /** A truncated key, without an end marker, extends to the end of the text. */
    private boolean privateKey(char[] text, int at, int to) {
        if (!Chars.startsWith(text, at, to, PEM_START)) {
            return false;
        }
        int label = at + PEM_START.length();
        int key = indexOf(text, label, Math.min(to, label + PEM_LABEL), PEM_KEY);
        if (key < 0) {
            return false;
        }
        int last = indexOf(text, key, to, PEM_END);
        int end = to;
        if (last >= 0) {
            int dashes =
                    indexOf(text, last + PEM_END.length(), Math.min(to, last + PEM_END.length() + PEM_LABEL), "-----");
            end = dashes < 0 ? last + PEM_END.length() : dashes + 5;
        }
        spans.add(at, end, SecretKind.PRIVATE_KEY);
        return true;
    }

    private static int indexOf(char[] text, int from, int to, String what) {
        for (int i = from; i <= to - what.length(); i++) {
            if (Chars.startsWith(text, i, to, what)) {
                return i;
            }
        }
        return -1;
    }

    private boolean httpCredentials(char[] text, int at, int to) {
        boolean bearer = Chars.startsWithIgnoringCase(text, at, to, "bearer");
        if (!bearer && !Chars.startsWithIgnoringCase(text, at, to, "basic")) {
            return false;
        }
        int start = at + (bearer ? 6 : 5);
        int space = start;
        while (start < to && text[start] == ' ') {
            start++;
        }
        if (start == space) {
            return false;
        }
        int end = start;
        while (end < to && Chars.isCredential(text[end])) {
            end++;
        }
        if (end - start < SHORTEST_CREDENTIAL || (bearer ? isWord(text, start, end) : !isBasic(text, start, end))) {
            return false;
        }
        spans.add(start, end, SecretKind.HTTP_CREDENTIALS);
        return true;
    }

    private static boolean isWord(char[] text, int start, int end) {
        int last = text[end - 1] == '.' ? end - 1 : end;
        for (int i = start; i < last; i++) {
            if (!Chars.isLetter(text[i])) {
                return false;
            }
        }
        return last - start <= LONGEST_WORD;
    }

    /** Whether the text is user and password in base64. */
    private static boolean isBasic(char[] text, int start, int end) {
        try {
            byte[] decoded = Base64.getDecoder().decode(new String(text, start, end - start));
            return new String(decoded, StandardCharsets.ISO_8859_1).indexOf(':') >= 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean[] signs() {
        boolean[] signs = new boolean[128];
        Arrays.fill(signs, '0', '9' + 1, true);
        for (char c : ":=-ebB".toCharArray()) {
            signs[c] = true;
        }
        for (char c = 0; c < signs.length; c++) {
            signs[c] |= IssuedTokens.mayBegin(c);
        }
        return signs;
    }
}
