package dev.sentinel.audit.forward;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Every address, for destinations that somebody makes who can use the machine of the server. Any thread. */
final class AnyReach implements Reach {
    private final Vertx vertx;

    AnyReach(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public Future<SocketAddress> address(String host, int port) {
        return vertx.executeBlocking(() -> InetAddress.getByName(host), false)
                .map(address -> SocketAddress.inetSocketAddress(port, address.getHostAddress()))
                .recover(cause -> Future.failedFuture(
                        cause instanceof UnknownHostException
                                ? DeliveryException.away("the host " + host + " is unknown")
                                : cause));
    }
}
