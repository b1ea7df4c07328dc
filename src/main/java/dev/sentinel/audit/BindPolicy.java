package dev.sentinel.audit;

import dev.sentinel.audit.config.AuthConfig;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.keys.KeyRing;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides how far a server may be reached, and says so where that is not what one would want. */
final class BindPolicy {
    private static final Logger LOG = LoggerFactory.getLogger(BindPolicy.class);
    private static final String LOOPBACK = "127.0.0.1";

    private BindPolicy() {}

    /** The address to listen on: not beyond this machine while nothing protects the server, unless told to. */
    static String hostFor(SentinelConfig config, KeyRing keys) {
        String host = config.http().host();
        return isUnprotected(config, keys) && !isLoopback(host) ? LOOPBACK : host;
    }

    /** To be called when the server listens. */
    static void warn(SentinelConfig config, KeyRing keys) {
        String host = config.http().host();
        if (config.auth().weakApiToken()) {
            LOG.warn("API_TOKEN is short consequence=whoever-guesses-it-reads-and-writes");
        }
        if (config.auth().mode() == AuthConfig.Mode.NONE && !isLoopback(host)) {
            LOG.warn(
                    "listening beyond this machine host={} authentication=none"
                            + " consequence=whoever-reaches-the-port-reads-and-writes",
                    host);
        }
        if (isUnprotected(config, keys)) {
            LOG.warn(
                    "no authentication: listening on this machine only host={}; to change that, set API_TOKEN or run"
                            + " \"bin/sentinel keys create\", and restart",
                    hostFor(config, keys));
        }
    }

    private static boolean isUnprotected(SentinelConfig config, KeyRing keys) {
        return config.auth().mode() == AuthConfig.Mode.AUTO && keys.isEmpty();
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            // The server will say so.
            return false;
        }
    }
}
