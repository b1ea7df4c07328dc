package dev.sentinel.audit.keys;

import dev.sentinel.audit.digest.Sha256;
import java.security.MessageDigest;
import java.util.HexFormat;

/** The SHA-256 of a token. The token itself is never stored. Immutable. */
public final class TokenHash {
    private final byte[] digest;

    private TokenHash(byte[] digest) {
        this.digest = digest;
    }

    public static TokenHash of(String token) {
        return new TokenHash(Sha256.of(token));
    }

    /** Parses the output of {@link #hex}; throws {@link IllegalArgumentException} for any other text. */
    public static TokenHash ofHex(String hex) {
        return new TokenHash(HexFormat.of().parseHex(hex));
    }

    public String hex() {
        return HexFormat.of().formatHex(digest);
    }

    /** Compares in constant time. */
    public boolean matches(TokenHash other) {
        return MessageDigest.isEqual(digest, other.digest);
    }

    /** Hides the hash, so that it cannot leak into a log. */
    @Override
    public String toString() {
        return "***";
    }
}
