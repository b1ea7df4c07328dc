package dev.sentinel.audit.forward.file;

import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.DeliveryException;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.Guarantee;
import dev.sentinel.audit.forward.Limits;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Writes events as lines, on a thread of its own: a pipe that nobody reads blocks. Nobody says whether the reader has
 * kept them.
 */
final class StandardOutput implements Destination {
    private static final Limits LIMITS = new Limits(500, 256 << 10, Duration.ofSeconds(1));

    private final WorkerExecutor thread;
    private final PrintStream out;

    StandardOutput(Vertx vertx, PrintStream out) {
        this.thread = vertx.createSharedWorkerExecutor("sentinel-stdout", 1);
        this.out = out;
    }

    @Override
    public Future<Delivery> deliver(Batch batch) {
        return thread.executeBlocking(() -> {
            StringBuilder lines = new StringBuilder();
            for (StoredEvent event : batch.events()) {
                lines.append(EventWriter.toJson(event)).append('\n');
            }
            byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
            out.write(bytes, 0, bytes.length);
            if (out.checkError()) {
                throw DeliveryException.away("the standard output is closed");
            }
            return new Delivery.Done("written");
        });
    }

    @Override
    public Limits limits() {
        return LIMITS;
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.HANDED_OVER;
    }

    @Override
    public Future<Void> test() {
        return out.checkError()
                ? Future.failedFuture(DeliveryException.away("the standard output is closed"))
                : Future.succeededFuture();
    }

    @Override
    public Future<Void> close() {
        return thread.close();
    }
}
