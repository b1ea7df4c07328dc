package dev.sentinel.audit.forward.send;

import dev.sentinel.audit.forward.DeliveryException;
import dev.sentinel.audit.forward.Reach;
import dev.sentinel.audit.forward.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a receiver of syslog, made when it is needed and kept. One context.
 *
 * <p>The protocol has no answers: that bytes were sent says only that the kernel has them. What can be noticed is
 * noticed. A receiver that closes the connection is not written to again. One that has forgotten it, as after a crash
 * of its machine, resets it when bytes arrive; a write succeeds only if that does not happen in the time of a long way.
 * One that is gone without a trace fails the connection after 30 seconds, by the keep-alive and the timeout of TCP.
 */
final class SyslogConnection {
    private static final int CONNECT_MS = 5_000;
    private static final int WRITE_MS = 30_000;

    /** The way to the receiver and back, for most. */
    private static final int RESET_MS = 50;

    /** The last label of a name does not begin with a digit, as that of an address does. */
    private static final Pattern NAME = Pattern.compile(
            "([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)*[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");

    private final Vertx vertx;
    private final NetClient client;
    private final Reach reach;
    private final String host;
    private final int port;
    private final boolean tls;
    private final Trust trust;
    private @Nullable NetSocket open;

    SyslogConnection(Vertx vertx, Settings settings) {
        Options options = new Options(settings);
        URI url = options.url();
        this.vertx = vertx;
        this.reach = settings.reach();
        this.tls = url.getScheme().equals(SyslogType.TLS);
        this.host = url.getHost().startsWith("[")
                ? url.getHost().substring(1, url.getHost().length() - 1)
                : url.getHost();
        this.port = url.getPort() < 0 ? (tls ? 6514 : 514) : url.getPort();
        this.trust = new Trust(vertx, options);
        this.client = vertx.createNetClient(new NetClientOptions()
                .setConnectTimeout(CONNECT_MS)
                .setTcpKeepAlive(true)
                .setTcpNoDelay(true)
                .setTcpUserTimeout(WRITE_MS));
    }

    /** Connects, unless it is connected. Fails with a {@link DeliveryException}. */
    Future<Void> connect() {
        return socket().mapEmpty();
    }

    /** Sends bytes. Fails with a {@link DeliveryException} if the receiver has probably not got them. */
    Future<Void> write(Buffer bytes) {
        return socket().compose(socket -> socket.write(bytes)
                .timeout(WRITE_MS, TimeUnit.MILLISECONDS)
                .compose(written -> vertx.timer(RESET_MS, TimeUnit.MILLISECONDS))
                .compose(waited -> open == socket
                        ? Future.<Void>succeededFuture()
                        : Future.failedFuture(DeliveryException.away("the receiver has closed the connection")))
                .recover(cause -> {
                    // A part of a message may be on its way, after which no other can begin.
                    forget(socket);
                    return Future.failedFuture(ConnectFailure.of(cause));
                }));
    }

    private Future<NetSocket> socket() {
        if (open != null) {
            return Future.succeededFuture(open);
        }
        return (tls ? reach.address(host, port) : reach.unencrypted(host, port))
                .compose(address -> trust.options().map(trusted -> options(address, trusted)))
                .compose(client::connect)
                .map(socket -> {
                    open = socket;
                    socket.handler(ignored -> {});
                    socket.exceptionHandler(cause -> forget(socket));
                    socket.closeHandler(closed -> forget(socket));
                    return socket;
                })
                .recover(cause -> Future.failedFuture(ConnectFailure.of(cause)));
    }

    private ConnectOptions options(SocketAddress address, TrustOptions trusted) {
        ConnectOptions options = new ConnectOptions()
                .setRemoteAddress(address)
                .setHost(host)
                .setPort(port)
                .setSsl(tls);
        ClientSSLOptions ssl =
                new ClientSSLOptions().setHostnameVerificationAlgorithm("HTTPS").setTrustOptions(trusted);
        if (!tls) {
            return options;
        }
        options.setSslOptions(ssl);
        return isName(host) ? options.setSniServerName(host) : options;
    }

    /**
     * SNI has names of letters, digits and hyphens, and no addresses (RFC 6066, section 3); the JDK throws for others.
     */
    private static boolean isName(String host) {
        return NAME.matcher(host).matches();
    }

    private void forget(NetSocket socket) {
        if (open == socket) {
            open = null;
        }
        socket.close();
    }

    Future<Void> close() {
        open = null;
        return client.close();
    }
}
