package dev.sentinel.audit.forward.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.DeliveryException;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.SampleBatches;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StandardOutputTest {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void deliver_batch_isALineForEachEvent() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Batch batch = SampleBatches.usual(3, 5);

        assertThat(open(out, Duration.ofSeconds(10)).deliver(batch).await()).isEqualTo(new Delivery.Done("written"));

        assertThat(out.toString(UTF_8)).isEqualTo(lines(batch));
    }

    @Test
    void deliver_readerStalls_failsAndWritesNothingMoreBeforeItGoesOn() throws Exception {
        Pipe pipe = Pipe.open();
        Destination destination = open(Channels.newOutputStream(pipe.sink()), Duration.ofMillis(1));
        // More than a pipe holds.
        Batch first = SampleBatches.usual(0, 2_000);
        assertAway(destination, first, "the write has not ended within 0 s");
        assertAway(destination, SampleBatches.usual(2_000, 1), "the last write has not ended");

        InputStream reader = Channels.newInputStream(pipe.source());
        String read = new String(reader.readNBytes(lines(first).getBytes(UTF_8).length), UTF_8);

        assertThat(read).isEqualTo(lines(first));
        pipe.sink().close();
        assertThat(reader.read()).as("what was given up is not written").isEqualTo(-1);
    }

    @Test
    void deliver_afterAFailure_isTriedAnew() {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        Destination destination = open(
                new OutputStream() {
                    private boolean fails = true;

                    @Override
                    public void write(int b) throws IOException {
                        if (fails) {
                            fails = false;
                            throw new IOException("Resource temporarily unavailable");
                        }
                        written.write(b);
                    }
                },
                Duration.ofSeconds(10));
        Batch batch = SampleBatches.usual(0, 1);
        assertAway(destination, batch, "Resource temporarily unavailable");

        destination.deliver(batch).await();

        assertThat(written.toString(UTF_8)).isEqualTo(lines(batch));
    }

    @ParameterizedTest
    @CsvSource({
        "DESTINATION_OUT, stdout:, true",
        "DESTINATION_OUT, ' stdout:?status=error', true",
        "DESTINATION_OUT, file:/stdout:, false",
        "OTHER, stdout:, false"
    })
    void isIn_environment_findsTheVariable(String variable, String value, boolean found) {
        assertThat(StandardOutputType.isIn(Map.of("A", "b", variable, value))).isEqualTo(found);
    }

    private Destination open(OutputStream out, Duration timeout) {
        return new StandardOutput(vertx, out, timeout);
    }

    private static void assertAway(Destination destination, Batch batch, String message) {
        assertThatThrownBy(() -> destination.deliver(batch).await(10, TimeUnit.SECONDS))
                .isInstanceOf(DeliveryException.class)
                .hasMessage(message);
    }

    private static String lines(Batch batch) {
        return batch.events().stream()
                .map(event -> EventWriter.toJson(event) + "\n")
                .collect(Collectors.joining());
    }
}
