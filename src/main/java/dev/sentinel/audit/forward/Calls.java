package dev.sentinel.audit.forward;

import io.vertx.core.Future;
import java.util.Objects;
import java.util.function.Supplier;

/** Calls of a destination, which may be that of a plugin. */
final class Calls {
    private Calls() {}

    /** Fails if the call throws, lacks a class or answers nothing. */
    static <T> Future<T> of(Supplier<Future<T>> call) {
        try {
            return Objects.requireNonNull(call.get(), "no future");
        } catch (RuntimeException | LinkageError e) {
            return Future.failedFuture(e);
        }
    }
}
