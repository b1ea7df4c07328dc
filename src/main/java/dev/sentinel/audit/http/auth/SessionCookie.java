package dev.sentinel.audit.http.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The cookie in which a browser keeps its token (RFC 6265). Scripts cannot read it, and only pages of this origin send
 * it. The server keeps no session that could expire, be lost or need sharing between servers; a revoked token is
 * refused with the next request. The token is base64url-encoded (RFC 4648, section 5), because it may contain
 * characters that a cookie must not.
 */
final class SessionCookie {
    private static final String NAME = "sentinel_session";

    private SessionCookie() {}

    static @Nullable String read(HttpServerRequest request) {
        Cookie cookie = request.getCookie(NAME);
        if (cookie == null) {
            return null;
        }
        try {
            return new String(Base64.getUrlDecoder().decode(cookie.getValue()), UTF_8);
        } catch (IllegalArgumentException e) {
            // Not our encoding: treated like an unknown token.
            return "";
        }
    }

    /** Sets a session cookie, which lasts until the browser is closed. */
    static void set(HttpServerRequest request, String token) {
        request.response()
                .addCookie(
                        cookie(request, Base64.getUrlEncoder().withoutPadding().encodeToString(token.getBytes(UTF_8))));
    }

    static void clear(HttpServerRequest request) {
        request.response().addCookie(cookie(request, "").setMaxAge(0));
    }

    private static Cookie cookie(HttpServerRequest request, String value) {
        return Cookie.cookie(NAME, value)
                .setPath("/")
                .setHttpOnly(true)
                .setSameSite(CookieSameSite.STRICT)
                .setSecure(isEncrypted(request));
    }

    /** A proxy that terminates TLS says so. A client that lies gets a cookie that its browser does not send. */
    private static boolean isEncrypted(HttpServerRequest request) {
        return request.isSSL() || "https".equalsIgnoreCase(request.getHeader("X-Forwarded-Proto"));
    }
}
