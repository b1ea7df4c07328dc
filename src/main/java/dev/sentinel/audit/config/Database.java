package dev.sentinel.audit.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Which database keeps the events. */
public sealed interface Database {

    /**
     * SQLite files, owned by one server.
     *
     * @param logFile the log; the index and the keys are in the same directory
     */
    record Sqlite(Path logFile) implements Database {
        @Override
        public String toString() {
            return logFile.toString();
        }
    }

    /**
     * A PostgreSQL database, which several servers may share. {@code toString} omits the password.
     *
     * @param password empty if there is none
     * @param tls whether and how the connection is encrypted
     * @param searchPath the schema of the tables; empty for the role's default
     */
    record Postgres(
            String host,
            int port,
            String database,
            String user,
            String password,
            Tls tls,
            String applicationName,
            String searchPath)
            implements Database {
        @Override
        public String toString() {
            return "postgresql://" + user + "@" + host + ":" + port + "/" + database;
        }
    }

    /**
     * TLS settings with the meaning of libpq's parameters.
     *
     * @param rootCertificate PEM file of the trusted authorities; null for those that Java trusts
     * @param certificate PEM file of the client certificate shown to the database; null for none
     * @param key PEM file of the certificate's private key, without a passphrase; null without a certificate
     */
    record Tls(
            SslMode mode,
            @Nullable Path rootCertificate,
            @Nullable Path certificate,
            @Nullable Path key) {}

    /** See <a href="https://www.postgresql.org/docs/current/libpq-ssl.html">SSL Support</a> of libpq. */
    enum SslMode {
        DISABLE,
        ALLOW,
        PREFER,
        REQUIRE,
        VERIFY_CA,
        VERIFY_FULL
    }
}
