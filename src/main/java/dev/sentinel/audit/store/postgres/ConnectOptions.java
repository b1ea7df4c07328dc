package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.failure.Unusable;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/** Translates the configuration into the driver's connect options. */
final class ConnectOptions {
    /** More than the number of different statements: searches differ in the number of values per filter. */
    private static final int CACHED_STATEMENTS = 256;

    private static final int MAX_CACHED_SQL = 32_768;

    /** A vanished host sends no notice: without an acknowledgment for this time, it counts as gone. */
    private static final Duration PEER_TIMEOUT = Duration.ofSeconds(20);

    private ConnectOptions() {}

    /** @param settings session settings, by their names in PostgreSQL */
    static PgConnectOptions of(Database.Postgres database, ClientSSLOptions ssl, Map<String, String> settings) {
        Map<String, String> properties = new TreeMap<>(settings);
        properties.put("application_name", database.applicationName());
        // A vanished server keeps neither its locks nor a half-sent append for longer than this. Keepalives do not
        // probe a connection with unacknowledged data; that needs a separate limit.
        properties.put("tcp_keepalives_idle", "10");
        properties.put("tcp_keepalives_interval", "3");
        properties.put("tcp_keepalives_count", "3");
        properties.put("tcp_user_timeout", Long.toString(PEER_TIMEOUT.toMillis()));
        // Overrides the role's default: a statement that waits for another transaction must see its changes.
        properties.put("default_transaction_isolation", "read committed");
        // Required by the driver.
        properties.put("client_encoding", "utf8");
        properties.put("DateStyle", "ISO");
        properties.put("extra_float_digits", "2");
        if (!database.searchPath().isEmpty()) {
            properties.put("search_path", database.searchPath());
        }
        PgConnectOptions options = new PgConnectOptions()
                .setHost(database.host())
                .setPort(database.port())
                .setDatabase(database.database())
                .setUser(database.user())
                .setPassword(database.password())
                .setCachePreparedStatements(true)
                .setPreparedStatementCacheMaxSize(CACHED_STATEMENTS)
                .setPreparedStatementCacheSqlLimit(MAX_CACHED_SQL)
                .setProperties(properties);
        return options.setSslMode(SslMode.valueOf(database.tls().mode().name())).setSslOptions(ssl);
    }

    /** @param hangTimeout closes a connection without traffic for this long; zero for never */
    static NetClientOptions transport(Duration connectTimeout, Duration hangTimeout) {
        return new NetClientOptions()
                .setConnectTimeout((int) connectTimeout.toMillis())
                .setIdleTimeout((int) hangTimeout.toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setTcpKeepAlive(true)
                .setTcpNoDelay(true)
                .setTcpUserTimeout((int) PEER_TIMEOUT.toMillis());
    }

    /**
     * Reads the certificates and the key immediately: with an unusable one, the driver (5.0.10) neither connects nor
     * fails. Not for an event loop. Throws {@link Unusable}.
     */
    static ClientSSLOptions ssl(Vertx vertx, Database.Tls tls) {
        ClientSSLOptions options = new ClientSSLOptions();
        // As in libpq: the other modes encrypt but trust any server, unless a root certificate is given.
        boolean verifies =
                switch (tls.mode()) {
                    case VERIFY_CA, VERIFY_FULL -> true;
                    default -> tls.rootCertificate() != null;
                };
        if (verifies) {
            options.setTrustOptions(trust(vertx, tls.rootCertificate()));
        } else {
            options.setTrustAll(true);
        }
        options.setHostnameVerificationAlgorithm(tls.mode() == Database.SslMode.VERIFY_FULL ? "HTTPS" : "");
        if (tls.certificate() != null && tls.key() != null) {
            options.setKeyCertOptions(identity(vertx, readable(tls.certificate()), readable(tls.key())));
        }
        return options;
    }

    private static KeyCertOptions identity(Vertx vertx, Path certificate, Path key) {
        try {
            return KeyCertOptions.wrap((X509KeyManager) new PemKeyCertOptions()
                    .setCertPath(certificate.toString())
                    .setKeyPath(key.toString())
                    .getKeyManagerFactory(vertx)
                    .getKeyManagers()[0]);
        } catch (Exception e) {
            throw Failures.unusable(
                    certificate + " and " + key
                            + " of DATABASE_URL are not a certificate in PEM form and its key, without"
                            + " a passphrase",
                    e);
        }
    }

    private static TrustOptions trust(Vertx vertx, @Nullable Path rootCertificate) {
        if (rootCertificate != null) {
            return trustOnly(vertx, readable(rootCertificate));
        }
        try {
            TrustManagerFactory ofJava = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            ofJava.init((KeyStore) null);
            return Stream.of(ofJava.getTrustManagers())
                    .findFirst()
                    .map(TrustOptions::wrap)
                    .orElseThrow();
        } catch (GeneralSecurityException e) {
            throw Failures.unusable("Java's own certificates cannot be read", e);
        }
    }

    private static TrustOptions trustOnly(Vertx vertx, Path rootCertificate) {
        try {
            TrustManager[] authorities = new PemTrustOptions()
                    .addCertPath(rootCertificate.toString())
                    .getTrustManagerFactory(vertx)
                    .getTrustManagers();
            return TrustOptions.wrap(authorities[0]);
        } catch (Exception e) {
            throw Failures.unusable(rootCertificate + " of DATABASE_URL holds no certificates in PEM form", e);
        }
    }

    private static Path readable(Path file) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw Failures.unusable(file + " of DATABASE_URL cannot be read", null);
        }
        return file;
    }
}
