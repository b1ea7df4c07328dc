package dev.sentinel.audit;

import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a server has to stop, the last started first. One thread at a time. */
final class Shutdown {
    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

    /** A part that was started. */
    private record Step(String name, Supplier<Future<?>> run) {}

    private final Deque<Step> steps = new ArrayDeque<>();

    /** Adds a step before all others. */
    void first(String name, Supplier<Future<?>> step) {
        steps.push(new Step(name, step));
    }

    /** Runs every step once, even if an earlier one failed. */
    Future<Void> run() {
        Future<Void> done = Future.succeededFuture();
        while (!steps.isEmpty()) {
            Step step = steps.pop();
            done = done.eventually(() -> run(step));
        }
        return done;
    }

    private static Future<?> run(Step step) {
        long started = System.nanoTime();
        return step.run.get().onComplete(result -> {
            long ms = (System.nanoTime() - started) / 1_000_000;
            if (result.succeeded()) {
                LOG.debug("stopped part={} ms={}", step.name, ms);
            } else {
                LOG.error("stop failed part={} ms={}", step.name, ms, result.cause());
            }
        });
    }
}
