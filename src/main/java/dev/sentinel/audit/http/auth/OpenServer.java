package dev.sentinel.audit.http.auth;

import dev.sentinel.audit.config.AuthConfig;
import dev.sentinel.audit.http.Problem;
import io.netty.util.NetUtil;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a server without authentication requires of a request. Listening on the loopback address keeps other machines
 * out, but not web pages that a browser on this machine shows, nor a proxy on this machine:
 *
 * <ul>
 *   <li>A page whose own name suddenly resolves to loopback (DNS rebinding) still sends that name as Host.
 *   <li>A page of another origin may send some requests without asking first; the browser states the origin.
 *   <li>A proxy publishes the server to its own clients; it adds fields to the request.
 * </ul>
 *
 * <p>{@code AUTH=none} is a decision to serve every client that reaches the port. Then any Host is right, unless
 * {@code ALLOWED_HOSTS} names some, and so is a proxy. Any thread.
 */
final class OpenServer {
    private static final String ANY = "*";
    private static final List<String> PROXY_FIELDS = List.of("forwarded", "via", "x-real-ip");
    private static final String PROXY_PREFIX = "x-forwarded-";
    private static final String LOCALHOST = "localhost";

    private final boolean chosen;
    private final List<String> hosts;
    private final List<String> origins;

    /** @param origins pages that may use this server; {@code *} for all */
    OpenServer(AuthConfig config, List<String> origins) {
        this.chosen = config.mode() == AuthConfig.Mode.NONE;
        this.hosts = config.allowedHosts();
        this.origins = List.copyOf(origins);
    }

    /** The refusal of a request; null if it may be served without a token. */
    @Nullable
    Problem refusal(HttpServerRequest request) {
        if (!chosen && isForwarded(request)) {
            return new Problem(
                    403,
                    "The request came through a proxy, and this server has no authentication, so it serves only this"
                            + " machine. Set API_TOKEN or create a key with bin/sentinel keys create. If the proxy"
                            + " admits only who may read and write everything, set AUTH=none.");
        }
        if (!isAllowedHost(request)) {
            return new Problem(
                    403,
                    "This server has no authentication and is not addressed by this Host. Use localhost, or name the"
                            + " host in ALLOWED_HOSTS.");
        }
        if (!isAllowedOrigin(request)) {
            return new Problem(
                    403,
                    "This server has no authentication and serves no web pages of other origins. Name the origin in"
                            + " ALLOWED_ORIGINS.");
        }
        if (HttpMethod.POST.equals(request.method())
                && isBrowser(request)
                && !request.headers().contains(HttpHeaders.CONTENT_TYPE)) {
            return new Problem(415, "A request from a browser needs a Content-Type, such as application/json.");
        }
        return null;
    }

    /** Whether the request is none that a page of a foreign name has caused on this machine. */
    boolean isNoRebinding(HttpServerRequest request) {
        return !isBrowser(request) || (isLoopbackOrListed(request) && isAllowedOrigin(request));
    }

    private static boolean isForwarded(HttpServerRequest request) {
        for (Map.Entry<String, String> field : request.headers()) {
            String name = field.getKey().toLowerCase(Locale.ROOT);
            if (name.startsWith(PROXY_PREFIX) || PROXY_FIELDS.contains(name)) {
                return true;
            }
        }
        return false;
    }

    private boolean isAllowedHost(HttpServerRequest request) {
        return (chosen && hosts.isEmpty()) || isLoopbackOrListed(request);
    }

    /** A client of HTTP/1.0 may send no Host; it is not a browser. */
    private boolean isLoopbackOrListed(HttpServerRequest request) {
        HostAndPort authority = request.authority();
        if (authority == null) {
            return true;
        }
        String host = authority.host().toLowerCase(Locale.ROOT);
        return host.equals(LOCALHOST) || host.endsWith("." + LOCALHOST) || hosts.contains(host) || isLoopback(host);
    }

    private static boolean isLoopback(String host) {
        String text = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        byte[] address = NetUtil.createByteArrayFromIpAddressString(text);
        try {
            return address != null && InetAddress.getByAddress(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private boolean isAllowedOrigin(HttpServerRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        return origins.contains(ANY)
                || (origin != null && origins.contains(origin))
                // A proxy may have omitted the port from the Host field.
                || (chosen ? SameOrigin.holdsExceptPort(request) : SameOrigin.holds(request));
    }

    private static boolean isBrowser(HttpServerRequest request) {
        String agent = request.getHeader(HttpHeaders.USER_AGENT);
        return SameOrigin.isStated(request) || (agent != null && agent.startsWith("Mozilla/"));
    }
}
