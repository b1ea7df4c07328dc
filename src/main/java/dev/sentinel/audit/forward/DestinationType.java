package dev.sentinel.audit.forward;

import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.Set;

/** A kind of destination. Found with {@link java.util.ServiceLoader}, so that a plugin can bring one. */
public interface DestinationType {

    /** The schemes of its URLs, in lower case, such as {@code splunk+https}. */
    Set<String> schemes();

    /** The names of the options that it knows. Others are a mistake that the user is told. */
    Set<String> options();

    /** Those of {@link #options} whose value is a secret: kept encrypted, and never shown. */
    Set<String> secrets();

    /**
     * Why only somebody who can use the machine of the server may make such a destination, not a client of the API: for
     * example because it writes files there. Completes a sentence that begins with the destination. Empty if a client
     * may, because {@link Settings#reach} checks each address that it connects to.
     */
    default Optional<String> whyOperator() {
        return Optional.empty();
    }

    /**
     * Whether only the environment of a server can name one, because the server must know of it when it starts. Such a
     * destination is not opened for others.
     */
    default boolean isOnlyOfEnvironment() {
        return false;
    }

    /**
     * Prepares a destination. MUST NOT connect: the other side may be away.
     *
     * @throws IllegalArgumentException if a setting makes no sense; the message says which and what would
     */
    Destination open(Settings settings, Vertx vertx);
}
