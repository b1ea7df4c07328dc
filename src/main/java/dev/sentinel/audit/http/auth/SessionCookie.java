package dev.sentinel.audit.http.auth;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * The cookie that names a browser's session (RFC 6265): a random value, not the token of the key, because a browser
 * sends it to every port of the host. Scripts cannot read it, and only pages of this site make a browser send it.
 */
final class SessionCookie {
    private static final String NAME = "sentinel_session";

    private SessionCookie() {}

    static @Nullable String read(HttpServerRequest request) {
        Cookie cookie = request.getCookie(NAME);
        return cookie == null ? null : cookie.getValue();
    }

    /** Sets a cookie that lasts until the browser is closed, or the session ends before. */
    static void set(HttpServerRequest request, String value) {
        request.response().addCookie(cookie(request, value));
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
