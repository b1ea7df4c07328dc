package dev.sentinel.audit.store.postgres;

import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each test a Vert.x for stores in PostgreSQL, and closes it at the end of the test. Unlike that of vertx-junit5,
 * which fails a test whose Vert.x does not close in 30 s, it does not wait for the driver (see {@link #close}).
 */
public final class PostgresVertx implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(PostgresVertx.class);
    private static final long CLOSE_TIMEOUT_SECONDS = 2;

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.getParameter().getType() == Vertx.class;
    }

    @Override
    public Vertx resolveParameter(ParameterContext parameter, ExtensionContext test) {
        return test.getStore(NAMESPACE)
                .getOrComputeIfAbsent(Vertx.class, made -> new Closing(Vertx.vertx()), Closing.class)
                .vertx;
    }

    /**
     * Closes a Vert.x in which pools of PostgreSQL are closed. Their driver (5.0.10 and 5.0.12) loses the promise of
     * the end of a connection that was being established when its pool was closed ({@code PgEncoder.close}): the
     * connection ends, but the future of {@code vertx.close()} never completes. A server and the commands do not wait
     * for it either.
     */
    public static void close(Vertx vertx) {
        vertx.close()
                .timeout(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .otherwiseEmpty()
                .await();
    }

    private record Closing(Vertx vertx) implements AutoCloseable {
        @Override
        public void close() {
            PostgresVertx.close(vertx);
        }
    }
}
