package dev.sentinel.audit;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.CountDownLatch;

/**
 * A Vert.x whose only worker is busy until it is closed: what needs a worker stays incomplete, and nothing else does.
 */
public final class BusyWorkers implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setWorkerPoolSize(1));
    private final CountDownLatch busy = new CountDownLatch(1);

    public BusyWorkers() {
        vertx.executeBlocking(() -> {
            busy.await();
            return null;
        });
    }

    public Vertx vertx() {
        return vertx;
    }

    @Override
    public void close() {
        busy.countDown();
        vertx.close().await();
    }
}
