package dev.sentinel.audit.access;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * The cookie in which a browser keeps its token (RFC 6265): for the page to use, not to read, and sent by pages of this
 * origin only. There is nothing at the server to expire, share between servers or lose; a token that is revoked is
 * refused with the next request.
 */
final class SessionCookie {
    private static final String NAME = "sentinel_session";

    private SessionCookie() {}

    static @Nullable String read(HttpServerRequest request) {
        Cookie cookie = request.getCookie(NAME);
        return cookie == null ? null : cookie.getValue();
    }

    /** Until the browser is closed. */
    static void set(HttpServerRequest request, String token) {
        request.response().addCookie(cookie(request, token));
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
