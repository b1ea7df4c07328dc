package dev.sentinel.audit.keys;

import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * The text of an API key: {@code snt_}, an eight-character id, {@code _}, and a 52-character secret of 256 random bits
 * (base 32, RFC 4648 section 6, lower case). The prefix lets secret scanners find leaked keys.
 *
 * @param id the public part, recorded in events as {@code submitted_by}
 * @param text the whole token; shown once
 */
public record KeyToken(String id, String text) {
    private static final String PREFIX = "snt_";
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int ID_LENGTH = 8;
    private static final int SECRET_LENGTH = 52;

    /** Creates a token. */
    public static KeyToken random(SecureRandom random) {
        String id = characters(random, ID_LENGTH);
        return new KeyToken(id, PREFIX + id + "_" + characters(random, SECRET_LENGTH));
    }

    /** Whether a text has the form of a key, whose secret nobody can guess. */
    public static boolean isOne(String token) {
        return idOf(token) != null;
    }

    /** The id part of a token; null if the text does not have the form of one. */
    static @Nullable String idOf(String token) {
        int length = PREFIX.length() + ID_LENGTH + 1 + SECRET_LENGTH;
        return token.length() == length && token.startsWith(PREFIX) && token.charAt(PREFIX.length() + ID_LENGTH) == '_'
                ? token.substring(PREFIX.length(), PREFIX.length() + ID_LENGTH)
                : null;
    }

    public TokenHash hash() {
        return TokenHash.of(text);
    }

    private static String characters(SecureRandom random, int count) {
        StringBuilder text = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    /** Omits the secret, so that it cannot leak into a log. */
    @Override
    public String toString() {
        return PREFIX + id + "_***";
    }
}
