package dev.sentinel.audit.forward.send;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * The authorities that connections of a destination trust. Those of the JDK are read on a worker and kept, because the
 * first connection with TLS of a process would otherwise read their file on the event loop, even if it trusts others.
 */
final class Trust {
    /** What it holds, the JDK does not read again. */
    private final Future<TrustManager> jdk;

    private final Optional<PemTrustOptions> own;

    Trust(Vertx vertx, Options options) {
        this.jdk = vertx.executeBlocking(Trust::ofJdk, false);
        this.own = options.trust();
    }

    private static TrustManager ofJdk() throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        // Its classes read files of the JDK, too.
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        context.createSSLEngine();
        return factory.getTrustManagers()[0];
    }

    /** Whom to trust. */
    Future<TrustOptions> options() {
        return jdk.map(manager -> own.isPresent() ? own.get() : TrustOptions.wrap(manager));
    }
}
