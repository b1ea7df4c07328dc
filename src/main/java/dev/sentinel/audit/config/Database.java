package dev.sentinel.audit.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Which database keeps the events. */
public sealed interface Database {

    /**
     * Files that belong to one server.
     *
     * @param logFile the log; the index and the keys lie beside it
     */
    record Sqlite(Path logFile) implements Database {
        @Override
        public String toString() {
            return logFile.toString();
        }
    }

    /**
     * A database that servers may share. Its text form never tells the password.
     *
     * @param password empty if there is none
     * @param tls whether and how the connection is encrypted
     * @param searchPath the schema for the tables; empty for that of the role
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
     * As libpq's parameters of these names.
     *
     * @param rootCertificate PEM, of the authorities that are trusted; null for those that Java trusts
     * @param certificate PEM, with which the server authenticates itself to the database; null if it does not
     * @param key PEM, of that certificate, without a passphrase
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
