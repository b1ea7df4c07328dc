package dev.sentinel.audit.http.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The cookie in which a browser keeps its token (RFC 6265): for the page to use, not to read, and sent by pages of this
 * origin only. There is nothing at the server to expire, share between servers or lose; a token that is revoked is
 * refused with the next request. The token is encoded (RFC 4648, section 5): it may hold what a cookie may not.
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
            // Not one of ours: as good as a wrong one.
            return "";
        }
    }

    /** Until the browser is closed. */
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

    /** A proxy that ends TLS says so. Who lies about it has a cookie that his browser does not send. */
    private static boolean isEncrypted(HttpServerRequest request) {
        return request.isSSL() || "https".equalsIgnoreCase(request.getHeader("X-Forwarded-Proto"));
    }
}
