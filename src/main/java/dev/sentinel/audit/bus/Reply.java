package dev.sentinel.audit.bus;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * The result of a request. Failures travel as values because {@code Message.fail} carries only a code and a text, from
 * which the requester would have to guess the exception.
 */
record Reply<R>(@Nullable R value, @Nullable Throwable failure) {

    static <R> Reply<R> of(AsyncResult<R> result) {
        return result.succeeded() ? new Reply<>(result.result(), null) : new Reply<>(null, result.cause());
    }

    Future<R> toFuture() {
        return failure == null ? Future.succeededFuture(value) : Future.failedFuture(failure);
    }
}
