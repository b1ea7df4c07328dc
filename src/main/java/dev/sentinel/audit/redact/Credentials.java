package dev.sentinel.audit.redact;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Finds credentials of protocols: in the authority of a URL, after an HTTP scheme, and signed tokens. */
final class Credentials {
    private static final String JWT = "eyJ";
    private static final int JWT_PART = 8;
    private static final int SHORTEST = 8;
    private static final int LONGEST_BASIC = 4096;
    private static final int LONGEST_ENCODED = 512;

    /** A user name is shorter, or has no digits. */
    private static final int SHORTEST_TOKEN = 16;

    /** No word of prose that follows "bearer" is longer: authentication, authorization. */
    private static final int LONGEST_WORD = 14;

    private final Values values;
    private final Spans spans;
    /** The parts of a token also begin like tokens. */
    private int takenUntil;
    /** The end of the last run of credentials, which was examined as a whole. */
    private int runUntil;

    Credentials(Values values, Spans spans) {
        this.values = values;
        this.spans = spans;
    }

    void begin(int from) {
        takenUntil = from;
        runUntil = from;
    }

    /** Examines the authority of a URL (RFC 3986, section 3.2.1): {@code user:password@} or {@code token@}. */
    void url(char[] text, int authority, int to) {
        int colon = -1;
        int userInfoEnd = -1;
        for (int i = authority; i < to && !endsAuthority(text[i]); i++) {
            if (text[i] == ':' && colon < 0) {
                colon = i;
            } else if (text[i] == '@') {
                userInfoEnd = i;
            }
        }
        if (userInfoEnd < 0) {
            return;
        }
        int userEnd = colon < 0 || colon > userInfoEnd ? userInfoEnd : colon;
        if (userEnd - authority >= SHORTEST_TOKEN && values.isRandom(text, authority, userEnd)) {
            spans.add(authority, userEnd, SecretKind.URL_PASSWORD);
        }
        if (userEnd + 1 < userInfoEnd && !values.isPlaceholder(text, userEnd + 1, userInfoEnd)) {
            spans.add(userEnd + 1, userInfoEnd, SecretKind.URL_PASSWORD);
        }
    }

    /** The same, percent-encoded: {@code https%3A%2F%2Fuser%3Apassword%40h}. */
    void encodedUrl(char[] text, int authority, int to) {
        int colon = -1;
        int i = authority;
        while (i < to && i - authority < LONGEST_ENCODED && !endsAuthority(text[i]) && text[i] != '&') {
            if (text[i] == '%') {
                if (Chars.startsWith(text, i, to, "%40")) {
                    if (colon > 0) {
                        spans.add(colon + 3, i, SecretKind.URL_PASSWORD);
                    }
                    return;
                }
                if (Chars.startsWithIgnoringCase(text, i, to, "%2f")) {
                    return;
                }
                colon = colon < 0 && Chars.startsWithIgnoringCase(text, i, to, "%3a") ? i : colon;
            }
            i++;
        }
    }

    private static boolean endsAuthority(char c) {
        return c <= ' ' || c == '/' || c == '?' || c == '#' || c == '\\' || c == '<' || c == '>' || Chars.isQuote(c);
    }

    /**
     * Looks for a token (RFC 7519) whose header ends a word. Other characters of the word may precede it.
     *
     * @param header where the word ends, at a dot
     */
    void jwt(char[] text, int word, int header, int to) {
        int at = Math.max(word, takenUntil);
        while (at < header && !Chars.startsWith(text, at, header, JWT)) {
            at++;
        }
        if (header - at < JWT_PART) {
            return;
        }
        int payload = Chars.tokenEnd(text, header + 1, to);
        // The second part of an encrypted token is the key, which may be empty.
        boolean keyless = payload == header + 1 && Chars.tokenEnd(text, payload + 1, to) > payload + JWT_PART;
        if (payload - header <= JWT_PART && !(keyless && payload < to && text[payload] == '.')) {
            return;
        }
        // An encrypted token has five parts, an unsigned one an empty third.
        int end = payload;
        while (end < to && text[end] == '.') {
            int part = Chars.tokenEnd(text, end + 1, to);
            if (part == end + 1) {
                break;
            }
            end = part;
        }
        spans.add(at, end, SecretKind.JWT);
        takenUntil = end;
    }

    /** Examines what follows {@code Bearer} (RFC 6750) or {@code Basic} (RFC 7617). */
    void http(char[] text, int at, int to) {
        boolean bearer = Chars.startsWithIgnoringCase(text, at, to, "bearer");
        if (!bearer && !Chars.startsWithIgnoringCase(text, at, to, "basic")) {
            return;
        }
        int start = at + (bearer ? 6 : 5);
        int blank = Escapes.blank(text, start, to);
        if (blank == 0) {
            return;
        }
        while (blank > 0) {
            start += blank;
            blank = Escapes.blank(text, start, to);
        }
        if (start < runUntil) {
            return;
        }
        int end = start;
        while (end < to && Chars.isCredential(text[end])) {
            end++;
        }
        runUntil = end;
        if (end - start < SHORTEST
                || (bearer ? isWord(text, start, end) : !isBasic(text, start, end))
                || values.isStandIn(text, start, end)) {
            return;
        }
        spans.add(start, end, SecretKind.HTTP_CREDENTIALS);
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

    /** A user and a password in base64. */
    private static boolean isBasic(char[] text, int start, int end) {
        if (end - start > LONGEST_BASIC) {
            return true;
        }
        try {
            byte[] decoded = Base64.getDecoder().decode(new String(text, start, end - start));
            return new String(decoded, StandardCharsets.ISO_8859_1).indexOf(':') >= 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
