package dev.sentinel.audit.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.Certificates;
import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.failure.Unusable;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections to a PostgreSQL with TLS and passwords are accepted and refused like those of libpq. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ConnectOptionsTest {
    private static final String PASSWORD = "p%40 w:o/r?d#&=+[]{}\\'\"\u00e9\ud83e\udd16";

    private final Vertx vertx = Vertx.vertx();
    private Certificates certificates;
    private PostgresServer server;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        Assumptions.assumeTrue(Certificates.canBeMade(), "openssl is not installed");
        certificates = new Certificates(directory);
        certificates.authority("authority");
        certificates.authority("stranger");
        certificates.issue("server", "authority", "subjectAltName=DNS:localhost");
        certificates.issue("client", "authority", "extendedKeyUsage=clientAuth");
        certificates.issueRsa("client_rsa", "authority");
        certificates.issue("forged", "stranger", "extendedKeyUsage=clientAuth");
        Path access = Files.writeString(directory.resolve("pg_hba.conf"), """
                local all all trust
                host all postgres all trust
                hostssl all only_tls all scram-sha-256
                hostnossl all only_plain all scram-sha-256
                host all either all scram-sha-256
                host all old all md5
                hostssl all client,client_rsa all cert
                """);
        server = PostgresServer.start(
                directory,
                Map.of(
                        "ssl",
                        "on",
                        "ssl_cert_file",
                        certificates.certificate("server").toString(),
                        "ssl_key_file",
                        certificates.key("server").toString(),
                        "ssl_ca_file",
                        certificates.certificate("authority").toString(),
                        "hba_file",
                        access.toString()));
        for (String user : new String[] {"only_tls", "only_plain", "either", "client", "client_rsa"}) {
            server.execute("CREATE ROLE " + user + " LOGIN PASSWORD '" + PASSWORD.replace("'", "''") + "'");
        }
        server.execute("SET password_encryption = 'md5'; CREATE ROLE old LOGIN PASSWORD '" + PASSWORD.replace("'", "''")
                + "'");
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
        vertx.close().await();
    }

    /** The pg_hba.conf above defines the authentication; the server's certificate is for localhost. */
    @ParameterizedTest
    @CsvSource({
        "localhost, disable, '', only_plain, plain",
        "localhost, disable, '', only_tls, refused",
        "localhost, allow, '', either, plain",
        "localhost, allow, '', only_plain, plain",
        "localhost, allow, '', only_tls, tls",
        "localhost, prefer, '', either, tls",
        "localhost, prefer, '', only_tls, tls",
        "localhost, prefer, '', only_plain, plain",
        "localhost, require, '', either, tls",
        "localhost, require, '', only_plain, refused",
        // A configured authority is used, whatever the mode.
        "127.0.0.1, require, authority, either, tls",
        "localhost, require, stranger, either, refused",
        "localhost, prefer, stranger, either, plain",
        "localhost, prefer, stranger, only_tls, refused",
        "127.0.0.1, verify-ca, authority, either, tls",
        "localhost, verify-ca, stranger, either, refused",
        "localhost, verify-full, authority, either, tls",
        "localhost, verify-full, stranger, either, refused",
        "127.0.0.1, verify-full, authority, either, refused",
        // Java's default authorities do not include ours.
        "localhost, verify-ca, '', either, refused",
        "localhost, verify-full, '', either, refused",
    })
    void connect_sslMode_behavesLikeLibpq(String host, String mode, String authority, String user, String expected) {
        String url = url(host, user, PASSWORD, mode)
                + (authority.isEmpty() ? "" : "&sslrootcert=" + encoded(certificates.certificate(authority)));

        if (expected.equals("refused")) {
            assertRefused(url);
        } else {
            assertThat(connected(url)).isEqualTo(expected);
        }
    }

    @Test
    void connect_certificateOfAnotherHost_namesTheSettings() {
        String authority = encoded(certificates.certificate("authority"));

        assertThat(refusal(url("127.0.0.1", "either", PASSWORD, "verify-full") + "&sslrootcert=" + authority))
                .contains("certificate", "not for this host", "sslrootcert");
    }

    @ParameterizedTest
    @ValueSource(strings = {"disable", "allow", "prefer"})
    void connect_serverWithoutTls_isPlain(String mode) {
        assertThat(connected(PostgresServer.shared().url("public") + "&sslmode=" + mode))
                .isEqualTo("plain");
    }

    @ParameterizedTest
    @ValueSource(strings = {"require", "verify-ca", "verify-full"})
    void connect_serverWithoutTls_isRefused(String mode) {
        assertRefused(PostgresServer.shared().url("public") + "&sslmode=" + mode);
    }

    @ParameterizedTest
    @ValueSource(strings = {"client", "client_rsa"})
    void connect_clientCertificate_isSent(String name) {
        assertThat(connected(withCertificate(name, name, certificates.key(name))))
                .isEqualTo("tls");
        assertRefused(withCertificate(name, "forged", certificates.key("forged")));
        assertRefused(url("localhost", name, PASSWORD, "require"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"client", "client_rsa"})
    void connect_keyInTheFormOfItsAlgorithm_isAccepted(String name) throws Exception {
        Path key = certificates.traditionalKey(name);
        assertThat(Files.readString(key)).containsPattern("BEGIN (EC|RSA) PRIVATE KEY");

        assertThat(connected(withCertificate(name, name, key))).isEqualTo("tls");
    }

    @Test
    void connect_invalidFiles_areNamed() throws IOException {
        Path nothing = certificates.key("nothing");
        Path text = Files.writeString(certificates.certificate("text"), "not a certificate");
        Path broken = Files.writeString(certificates.certificate("broken"), """
                -----BEGIN CERTIFICATE-----
                bm8gY2VydGlmaWNhdGU=
                -----END CERTIFICATE-----
                -----BEGIN PRIVATE KEY-----
                bm8ga2V5
                -----END PRIVATE KEY-----
                """);
        for (Path file : new Path[] {nothing, text, broken}) {
            assertThat(refusal(withCertificate("client", "client", file))).contains(file.toString());
            assertThat(refusal(url("localhost", "either", PASSWORD, "verify-ca") + "&sslrootcert=" + encoded(file)))
                    .contains(file.toString());
            assertThat(refusal(url("localhost", "client", PASSWORD, "require") + "&sslcert=" + encoded(file)
                            + "&sslkey=" + encoded(certificates.key("client"))))
                    .contains(file.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"either", "old"})
    void connect_password_isComparedExactly(String user) {
        assertThat(connected(url("localhost", user, PASSWORD, "disable"))).isEqualTo("plain");
        assertThat(connected("postgresql://localhost:" + server.port() + "/postgres?user=" + user + "&password="
                        + encoded(PASSWORD)))
                .isEqualTo("tls");
        for (String wrong : new String[] {"canary", PASSWORD + " ", ""}) {
            assertThat(refusal(url("localhost", user, wrong, "disable"))).contains("password");
        }
    }

    private String withCertificate(String user, String name, Path key) {
        return url("localhost", user, "", "require") + "&sslcert=" + encoded(certificates.certificate(name))
                + "&sslkey=" + encoded(key);
    }

    private String url(String host, String user, String password, String mode) {
        return "postgresql://" + user + ":" + encoded(password) + "@" + host + ":" + server.port()
                + "/postgres?sslmode=" + mode;
    }

    private static String encoded(Object text) {
        return URLEncoder.encode(text.toString(), StandardCharsets.UTF_8).replace("+", "%20");
    }

    private void assertRefused(String url) {
        refusal(url);
    }

    /** One line for the operator, without the password. */
    private String refusal(String url) {
        StoreConfig config =
                SentinelConfig.fromEnvironment(Map.of("DATABASE_URL", url)).store();
        Throwable[] refused = new Throwable[1];
        assertThatThrownBy(() -> PostgresEventStore.open(
                                vertx, (Database.Postgres) config.database(), config, java.time.Clock.systemUTC())
                        .await(20, TimeUnit.SECONDS))
                .satisfies(e -> refused[0] = e)
                .isInstanceOf(Unusable.class)
                .hasMessageNotContaining("\n")
                .hasMessageNotContaining("canary")
                .hasMessageNotContaining(PASSWORD)
                .hasMessageNotContaining(encoded(PASSWORD));
        return refused[0].getMessage();
    }

    private String connected(String url) {
        StoreConfig config =
                SentinelConfig.fromEnvironment(Map.of("DATABASE_URL", url)).store();
        Pool pool = new Sessions(vertx, (Database.Postgres) config.database(), Duration.ofSeconds(10)).untimed("test");
        try {
            return pool.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
                            .execute()
                            .await()
                            .iterator()
                            .next()
                            .getBoolean(0)
                    ? "tls"
                    : "plain";
        } finally {
            pool.close().await();
        }
    }
}
