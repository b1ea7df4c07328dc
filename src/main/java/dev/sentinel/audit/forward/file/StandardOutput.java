package dev.sentinel.audit.forward.file;

import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.Guarantee;
import dev.sentinel.audit.forward.Limits;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Writes events as lines, on a thread of its own: a pipe that nobody reads blocks. Nobody says whether the reader has
 * kept them.
 */
final class StandardOutput implements Destination {
    private static final Limits LIMITS = new Limits(500, 256 << 10, Duration.ofSeconds(1));

    private final LocalThread thread;
    private final OutputStream out;
    private final Duration timeout;

    /** @param out not buffered; stays open */
    StandardOutput(Vertx vertx, OutputStream out, Duration timeout) {
        this.thread = new LocalThread(vertx, "sentinel-stdout");
        this.out = out;
        this.timeout = timeout;
    }

    @Override
    public Future<Delivery> deliver(Batch batch) {
        return thread.call(timeout, () -> {
            StringBuilder lines = new StringBuilder();
            for (StoredEvent event : batch.events()) {
                lines.append(EventWriter.toJson(event)).append('\n');
            }
            out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
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

    /** Says only whether the last write has ended: anything that is written would be a line. */
    @Override
    public Future<Void> test() {
        return thread.call(LocalThread.TEST_TIMEOUT, () -> null);
    }

    @Override
    public Future<Void> close() {
        return thread.close();
    }
}
