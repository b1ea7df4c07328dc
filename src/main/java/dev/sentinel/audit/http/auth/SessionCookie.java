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

    /**
     * The value of the cookie; null if there is none. A browser sends the cookies of longer paths first (RFC 6265,
     * section 5.4), and the first one counts: another Sentinel may have set one for the whole host.
     */
    static @Nullable String read(HttpServerRequest request) {
        Cookie cookie = request.getCookie(NAME);
        return cookie == null ? null : cookie.getValue();
    }

    /**
     * Sets a cookie that lasts until the browser is closed, or the session ends before.
     *
     * @param path below which the browser sends it
     */
    static void set(HttpServerRequest request, String value, String path) {
        request.response().addCookie(cookie(request, value, path));
    }

    static void clear(HttpServerRequest request, String path) {
        request.response().addCookie(cookie(request, "", path).setMaxAge(0));
    }

    private static Cookie cookie(HttpServerRequest request, String value, String path) {
        return Cookie.cookie(NAME, value)
                .setPath(path)
                .setHttpOnly(true)
                .setSameSite(CookieSameSite.STRICT)
                .setSecure(isEncrypted(request));
    }

    /** A proxy that terminates TLS says so. A client that lies gets a cookie that its browser does not send. */
    private static boolean isEncrypted(HttpServerRequest request) {
        return request.isSSL() || "https".equalsIgnoreCase(request.getHeader("X-Forwarded-Proto"));
    }
}
