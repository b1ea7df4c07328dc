package dev.sentinel.audit.forward;

import io.vertx.core.Vertx;
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
     * Whether it acts on the machine of the server, as one does that writes files. Only somebody who can use that
     * machine may make such a destination, not a client of the API.
     */
    default boolean isLocal() {
        return false;
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
