package dev.sentinel.audit.forward;

import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;

/** Which addresses destinations may connect to, so that nobody uses the server to look into its network. */
@FunctionalInterface
public interface Reach {

    /**
     * Resolves a name once and checks every address that it has.
     *
     * @param host a name or an IP address, without brackets
     * @return the address to connect to, without resolving the name again; fails with a {@link DeliveryException} of
     *     kind DENIED if it may not be reached, of kind TRANSIENT if the name cannot be resolved
     */
    Future<SocketAddress> address(String host, int port);

    /**
     * As {@link #address}, for a connection without TLS. Fails with a {@link DeliveryException} of kind DENIED if
     * events must not go there readable for everyone in between.
     */
    default Future<SocketAddress> unencrypted(String host, int port) {
        return address(host, port);
    }
}
