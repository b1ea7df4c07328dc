package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.failure.SocketError;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.failure.Unusable;
import io.vertx.core.Future;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Translates the driver's failures into ours, with messages that contain no password. */
final class Failures {
    private static final String SERIALIZATION_FAILURE = "40001";
    private static final String DEADLOCK_DETECTED = "40P01";

    /** The only information that the driver (5.0.10) gives. */
    private static final String HANDSHAKE_FAILED = "SSL handshake failed";

    private Failures() {}

    /** Whether the database rolled back the transaction in favor of another one: a retry may succeed. */
    static boolean isTransient(Throwable cause) {
        return cause instanceof PgException pg
                && (SERIALIZATION_FAILURE.equals(pg.getSqlState()) || DEADLOCK_DETECTED.equals(pg.getSqlState()));
    }

    /** A failure at run time: whether the statement took effect is unknown. */
    static <T> Future<T> unavailable(Throwable cause) {
        return Future.failedFuture(asUnavailable(cause));
    }

    /** As {@link #unavailable}. An outage gets no stack trace: the message says everything. */
    static Failure asUnavailable(Throwable cause) {
        if (cause instanceof Failure known) {
            return known;
        }
        return new Unavailable("PostgreSQL: " + reason(cause), isOutage(cause) ? null : cause);
    }

    private static boolean isOutage(Throwable cause) {
        return cause instanceof IOException || cause instanceof TimeoutException || cause instanceof VertxException;
    }

    /** A failure at start-up, which an operator must fix. */
    static Unusable unusable(String message, @Nullable Throwable cause) {
        return new Unusable(message, cause);
    }

    /** The database cannot be used. A {@link Failure} is passed on: its message says why already. */
    static <T> Future<T> unusable(Database.Postgres database, Throwable cause) {
        return Future.failedFuture(cause instanceof Failure ? cause : unusable(database + ": " + reason(cause), cause));
    }

    /** A phrase for log lines and operators. */
    static String reason(Throwable cause) {
        if (cause instanceof PgException pg) {
            return pg.getErrorMessage() + " (" + pg.getSqlState() + ")";
        }
        if (cause instanceof TimeoutException) {
            return "no answer in time";
        }
        if (cause instanceof UnknownHostException) {
            return "unknown host " + cause.getMessage();
        }
        if (HANDSHAKE_FAILED.equals(cause.getMessage())) {
            return "the TLS handshake failed: the certificate is not from a trusted authority or not for this host;"
                    + " check sslmode and sslrootcert";
        }
        String reason = SocketError.reason(cause);
        return reason == null ? cause.getClass().getSimpleName() : reason;
    }
}
