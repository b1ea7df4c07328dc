package dev.sentinel.audit.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * Writes the problems of some paths in the form of their protocol, also those that arise before a handler of the path
 * sees the request. A resource that implements it is asked for every problem. Event loop.
 */
@FunctionalInterface
public interface ProblemFormat {
    /**
     * A problem as it is sent.
     *
     * @param status the protocol may have another one for the problem
     */
    record Written(int status, String contentType, Buffer body) {}

    /** The problem of a request; null if the request is of another protocol. */
    @Nullable
    Written write(RoutingContext ctx, Problem problem);
}
