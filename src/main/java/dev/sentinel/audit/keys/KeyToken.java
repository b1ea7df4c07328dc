package dev.sentinel.audit.keys;

import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * A key as its owner holds it: {@code snt_}, eight characters that name the key, {@code _}, and 52 that nobody can
 * guess (256 bits in base 32, RFC 4648 section 6, lower case). The prefix lets scanners find keys that were committed
 * somewhere.
 *
 * @param id the public part, which events name as {@code submitted_by}
 * @param text all of it; to be shown once
 */
public record KeyToken(String id, String text) {
    private static final String PREFIX = "snt_";
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int ID_LENGTH = 8;
    private static final int SECRET_LENGTH = 52;

    /** A new one. */
    public static KeyToken random(SecureRandom random) {
        String id = characters(random, ID_LENGTH);
        return new KeyToken(id, PREFIX + id + "_" + characters(random, SECRET_LENGTH));
    }

    /** The id in something that may be a key; null if it has not the form of one. */
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

    /** Without the secret, so that it is not told by accident. */
    @Override
    public String toString() {
        return PREFIX + id + "_***";
    }
}
