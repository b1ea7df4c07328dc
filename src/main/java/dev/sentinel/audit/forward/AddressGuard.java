package dev.sentinel.audit.forward;

import dev.sentinel.audit.config.ForwardAllow;
import io.netty.util.NetUtil;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lets destinations reach public addresses with TLS, and what the operator allows. A name is resolved once: the caller
 * connects to the address that was checked, so a name that changes its mind leads nowhere else. All addresses of a name
 * are checked, not only the one that is used.
 *
 * <p>Any context. Names are resolved by the JDK on two threads of its own, so that a resolver that hangs holds nothing
 * else; it is released by {@link #close}.
 */
public final class AddressGuard implements Reach {
    private static final long RESOLVE_MS = 5_000;
    private static final int THREADS = 2;

    /** Every host that some parser takes for an address: its last label is a number, also an octal or hex one. */
    private static final Pattern ENDS_IN_NUMBER =
            Pattern.compile("(.*\\.)?([0-9]+|0[xX][0-9a-fA-F]*)\\.?", Pattern.DOTALL);

    /** An address of IPv4 in the one spelling that all parsers agree on. */
    private static final Pattern DOTTED = Pattern.compile(
            "((0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])\\.){3}(0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])");

    /** What an address of IPv6 is made of. Netty would also take brackets and a zone. */
    private static final Pattern COLONS = Pattern.compile("[0-9a-fA-F:.]+");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,253}");

    /** Finds the addresses of a name. Blocks. */
    @FunctionalInterface
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    private final WorkerExecutor threads;
    private final ForwardAllow allow;
    private final boolean everything;
    private final Resolver resolver;

    AddressGuard(Vertx vertx, ForwardAllow allow, boolean everything, Resolver resolver) {
        // Executors of one name are one: names of the API, which may hang, must not hold those of the operator.
        this.threads = vertx.createSharedWorkerExecutor("sentinel-names-" + (everything ? "operator" : "api"), THREADS);
        this.allow = allow;
        this.everything = everything;
        this.resolver = resolver;
    }

    /** For destinations that somebody made over the API. */
    public static AddressGuard of(Vertx vertx, ForwardAllow allow) {
        return new AddressGuard(vertx, allow, false, InetAddress::getAllByName);
    }

    /** For destinations of the operator, who may reach everything. */
    public static AddressGuard open(Vertx vertx) {
        return new AddressGuard(vertx, ForwardAllow.NONE, true, InetAddress::getAllByName);
    }

    @Override
    public Future<SocketAddress> address(String host, int port) {
        return addresses(host).compose(found -> {
            for (InetAddress address : found) {
                if (!isAllowed(host, address) && !PublicAddresses.contain(address)) {
                    return Future.failedFuture(DeliveryException.denied(
                            host + " has an address that is not public; FORWARD_ALLOW would allow it"));
                }
            }
            return connectTo(found, port);
        });
    }

    @Override
    public Future<SocketAddress> unencrypted(String host, int port) {
        return addresses(host)
                .compose(found -> found.stream().allMatch(address -> isAllowed(host, address))
                        ? connectTo(found, port)
                        : Future.failedFuture(DeliveryException.denied(
                                host + " may only be reached with TLS; FORWARD_ALLOW would allow it without")));
    }

    private boolean isAllowed(String host, InetAddress address) {
        return everything || allow.hasHost(host) || allow.contains(address);
    }

    /**
     * One of the addresses, by chance, so that one that is away fails only some of the attempts. Of the family that the
     * JDK puts first: this machine may have no route for the other one.
     */
    private static Future<SocketAddress> connectTo(List<InetAddress> found, int port) {
        List<InetAddress> usable = found.stream()
                .filter(address -> address.getClass() == found.get(0).getClass())
                .toList();
        InetAddress address = usable.get(ThreadLocalRandom.current().nextInt(usable.size()));
        return Future.succeededFuture(SocketAddress.inetSocketAddress(new InetSocketAddress(address, port)));
    }

    /** All addresses of a host; at least one. */
    private Future<List<InetAddress>> addresses(String host) {
        byte[] literal = literal(host);
        if (literal != null) {
            return Future.succeededFuture(List.of(address(literal)));
        }
        if (!NAME.matcher(host).matches() || ENDS_IN_NUMBER.matcher(host).matches()) {
            return Future.failedFuture(
                    DeliveryException.denied("neither a host name nor an address in its usual form: " + shown(host)));
        }
        return threads.executeBlocking(() -> List.of(resolver.resolve(host)), false)
                .timeout(RESOLVE_MS, TimeUnit.MILLISECONDS)
                .recover(cause -> Future.failedFuture(DeliveryException.away("cannot resolve " + host)))
                .compose(found -> found.isEmpty()
                        ? Future.failedFuture(DeliveryException.away(host + " has no address"))
                        : Future.succeededFuture(found));
    }

    /** The bytes of an address; null for anything else. */
    private static byte @Nullable [] literal(String host) {
        return DOTTED.matcher(host).matches() || (COLONS.matcher(host).matches() && NetUtil.isValidIpV6Address(host))
                ? NetUtil.createByteArrayFromIpAddressString(host)
                : null;
    }

    private static InetAddress address(byte[] literal) {
        try {
            return InetAddress.getByAddress(literal);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes", e);
        }
    }

    private static String shown(String host) {
        return host.codePoints()
                .limit(100)
                .map(c -> c > ' ' && c < 0x7F ? c : '?')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** Releases its threads. */
    public Future<Void> close() {
        return threads.close();
    }
}
