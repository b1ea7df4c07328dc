package dev.sentinel.audit;

import dev.sentinel.audit.config.AuthConfig;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.keys.KeyRing;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides on which address the server listens, and warns if the result is unsafe or surprising. Without authentication,
 * a server listens on the loopback address only, unless AUTH=none.
 */
final class BindPolicy {
    private static final Logger LOG = LoggerFactory.getLogger(BindPolicy.class);
    private static final String LOOPBACK = "127.0.0.1";

    private final SentinelConfig config;
    private final boolean unprotected;
    private final boolean loopback;

    private BindPolicy(SentinelConfig config, KeyRing keys, boolean loopback) {
        this.config = config;
        this.unprotected = config.auth().mode() == AuthConfig.Mode.AUTO && keys.isEmpty();
        this.loopback = loopback;
    }

    /**
     * The policy for these keys. Resolves the configured host on a worker thread, because a name server may take
     * seconds to answer. Never fails.
     */
    static Future<BindPolicy> resolve(Vertx vertx, SentinelConfig config, KeyRing keys) {
        String host = config.http().host();
        return vertx.executeBlocking(() -> isLoopback(host)).map(loopback -> new BindPolicy(config, keys, loopback));
    }

    /** The address to listen on. */
    String host() {
        return unprotected && !loopback ? LOOPBACK : config.http().host();
    }

    /** Must be called once the server listens. */
    void warn() {
        if (config.auth().weakApiToken()) {
            LOG.warn("API_TOKEN is short effect=\"a client that guesses it can read and write\"");
        }
        if (config.auth().mode() == AuthConfig.Mode.NONE && !loopback) {
            LOG.warn(
                    "listening beyond this machine host={} authentication=none"
                            + " effect=\"any client that reaches the port can read and write\"",
                    config.http().host());
        }
        if (unprotected) {
            LOG.warn(
                    "no authentication effect=\"listening on this machine only\" host={} fix=\"set API_TOKEN or run"
                            + " bin/sentinel keys create, and restart\"",
                    host());
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            // The server reports it when it listens.
            return false;
        }
    }
}
