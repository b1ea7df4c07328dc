package dev.sentinel.audit.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How a worker waits for an event loop. */
final class PartsTest {
    /** The worker would wait for ever, with its place and its memory. */
    @Test
    void action_thatThrows_failsTheFuture() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            Future<Void> done = Parts.on(vertx.getOrCreateContext(), () -> {
                throw new IllegalStateException("a defect");
            });

            assertThat(done.toCompletionStage())
                    .failsWithin(10, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .withMessageContaining("a defect");
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }
}
