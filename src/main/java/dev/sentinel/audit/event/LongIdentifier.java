package dev.sentinel.audit.event;

import dev.sentinel.audit.digest.Sha256;
import java.util.Arrays;
import java.util.HexFormat;

/** Shortens identifiers of others, which may be longer than those of the wire contract. */
public final class LongIdentifier {
    private static final int HASH_BYTES = 8;

    private LongIdentifier() {}

    /** An identifier of at most this many code points: a longer one is cut, and a hash keeps it distinct. */
    public static String shortened(String text, int max) {
        if (text.length() <= max || text.codePointCount(0, text.length()) <= max) {
            return text;
        }
        String hash = HexFormat.of().formatHex(Arrays.copyOf(Sha256.of(text), HASH_BYTES));
        return text.substring(0, text.offsetByCodePoints(0, max - hash.length() - 1)) + '~' + hash;
    }
}
