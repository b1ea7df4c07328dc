package dev.sentinel.audit.keys;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;

/**
 * A sign-in of a browser. Two random values prove it: the browser's cookie, which allows reading; and a value that only
 * the page has that signed in, which together with the cookie allows what the key allows. Only hashes are stored.
 *
 * @param cookie the hash of the cookie's value
 * @param page the hash of the page's value
 * @param keyId the id of the key that signed in
 * @param credential binds the session to the token that signed in: a token that was replaced ends its sessions
 * @param expires when the session ends at the latest
 */
public record Session(TokenHash cookie, TokenHash page, String keyId, TokenHash credential, Instant expires) {
    private static final int RANDOM_BYTES = 32;

    /** A random value for a cookie or a page: 43 characters of base64url (RFC 4648, section 5). */
    public static String randomValue(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** A session of the holder of a token that was verified. */
    public static Session of(String cookie, String page, String keyId, String token, Instant expires) {
        TokenHash hash = TokenHash.of(cookie);
        return new Session(hash, TokenHash.of(page), keyId, credential(hash, TokenHash.of(token)), expires);
    }

    /**
     * What a session stores of its token. It differs between the sessions of a token, so that nobody sees which belong
     * together.
     */
    private static TokenHash credential(TokenHash cookie, TokenHash token) {
        return TokenHash.of(cookie.hex() + token.hex());
    }

    /** Whether this token signed in, and the session has not expired. */
    boolean isValid(TokenHash token, Instant now) {
        return now.isBefore(expires) && credential.matches(credential(cookie, token));
    }
}
