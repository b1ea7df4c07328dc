package dev.sentinel.audit.http;

import dev.sentinel.audit.config.Subnet;
import dev.sentinel.audit.keys.Principal;
import io.netty.util.NetUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the real origin of a request: the peer, or, if that is a trusted proxy, the client that its headers name. Any
 * thread.
 *
 * <p>Proxies append to what clients sent, so the headers are read from the end, up to the first address that is not a
 * trusted proxy. If {@code Forwarded} (RFC 7239) and {@code X-Forwarded-For} disagree, a client wrote one of them and
 * neither is trusted.
 */
public final class ClientAddress {
    private static final String FORWARDED = "Forwarded";
    private static final String X_FORWARDED_FOR = "X-Forwarded-For";
    private static final String X_REAL_IP = "X-Real-IP";

    private final List<Subnet> trusted;

    /** @param trusted proxies whose headers are trusted */
    public ClientAddress(List<Subnet> trusted) {
        this.trusted = List.copyOf(trusted);
    }

    /** The client's address; null if the connection no longer has one. */
    public @Nullable InetAddress of(HttpServerRequest request) {
        InetAddress peer = peer(request.connection());
        if (peer == null || !isTrusted(peer)) {
            return peer;
        }
        InetAddress forwarded = lastUntrusted(forwardedFor(request.headers().getAll(FORWARDED)));
        InetAddress xForwarded = lastUntrusted(split(request.headers().getAll(X_FORWARDED_FOR)));
        if (forwarded != null && xForwarded != null) {
            return forwarded.equals(xForwarded) ? forwarded : peer;
        }
        InetAddress real = lastUntrusted(split(request.headers().getAll(X_REAL_IP)));
        InetAddress named = forwarded != null ? forwarded : xForwarded != null ? xForwarded : real;
        return named == null ? peer : named;
    }

    /** The name under which limits and shares count a client: its key, or else its {@link #group}. */
    public String client(HttpServerRequest request, Principal principal) {
        if (principal.id() != null) {
            return "key " + principal.id();
        }
        InetAddress address = of(request);
        return address == null ? "unknown" : group(address);
    }

    /** The {@link #group} of the peer; null for a trusted proxy, which speaks for many clients. */
    @Nullable
    String directPeer(HttpConnection connection) {
        InetAddress peer = peer(connection);
        return peer == null || isTrusted(peer) ? null : group(peer);
    }

    /** Whether the request comes from a program on this machine, but not through a proxy on it. */
    public boolean isThisMachine(HttpServerRequest request) {
        InetAddress client = of(request);
        boolean proxied = request.headers().contains(FORWARDED)
                || request.headers().contains(X_FORWARDED_FOR)
                || request.headers().contains(X_REAL_IP);
        return client != null && client.isLoopbackAddress() && !proxied;
    }

    private boolean isTrusted(InetAddress address) {
        return trusted.stream().anyMatch(subnet -> subnet.contains(address));
    }

    private static @Nullable InetAddress peer(HttpConnection connection) {
        SocketAddress peer = connection.remoteAddress();
        return peer == null || peer.hostAddress() == null ? null : address(peer.hostAddress());
    }

    /** Null if there is none. An entry that is not an address ends the search: entries before it prove nothing. */
    private @Nullable InetAddress lastUntrusted(List<String> entries) {
        List<String> fromEnd = new ArrayList<>(entries);
        Collections.reverse(fromEnd);
        InetAddress last = null;
        for (String entry : fromEnd) {
            InetAddress address = address(entry);
            if (address == null) {
                return last;
            }
            last = address;
            if (!isTrusted(address)) {
                return last;
            }
        }
        return last;
    }

    private static List<String> split(List<String> headers) {
        return headers.stream()
                .flatMap(header -> Arrays.stream(header.split(",", -1)))
                .map(String::strip)
                .toList();
    }

    /** The addresses of {@code for=192.0.2.1;proto=https, for="[2001:db8::1]:4711"}. */
    private static List<String> forwardedFor(List<String> headers) {
        List<String> addresses = new ArrayList<>();
        for (String element : split(headers)) {
            for (String pair : element.split(";", -1)) {
                String text = pair.strip();
                if (text.regionMatches(true, 0, "for=", 0, 4)) {
                    addresses.add(text.substring(4).replace("\"", ""));
                }
            }
        }
        return addresses;
    }

    /** Reads an address with or without a port and brackets; never asks a name server. */
    private static @Nullable InetAddress address(String text) {
        String host = text;
        if (text.startsWith("[") && text.contains("]")) {
            host = text.substring(1, text.indexOf(']'));
        } else if (text.indexOf(':') >= 0 && text.indexOf(':') == text.lastIndexOf(':')) {
            host = text.substring(0, text.indexOf(':'));
        }
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
        if (bytes == null) {
            return null;
        }
        try {
            // Also converts an IPv4-mapped address to IPv4.
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /**
     * The unit by which clients are counted: an IPv4 address, or the /64 network of an IPv6 address, since one client
     * has many.
     */
    public static String group(InetAddress address) {
        if (address instanceof Inet4Address) {
            return address.getHostAddress();
        }
        byte[] network = Arrays.copyOf(address.getAddress(), 16);
        Arrays.fill(network, 8, 16, (byte) 0);
        return NetUtil.bytesToIpAddress(network) + "/64";
    }
}
