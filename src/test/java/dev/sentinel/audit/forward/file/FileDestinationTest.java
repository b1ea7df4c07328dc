package dev.sentinel.audit.forward.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.Seal;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.DeliveryException;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.Limits;
import dev.sentinel.audit.forward.Settings;
import dev.sentinel.audit.store.Events;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileDestinationTest {
    private static final String NAME = "dt=2026-11-02/events-000000000000000040-000000000000000050.ndjson.gz";

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final Events events = new Events(1);
    private final Context context = vertx.getOrCreateContext();
    private Destination destination;
    private RandomAccessFile reader;

    @BeforeEach
    void open() {
        destination = open("file:" + directory + "/lake");
    }

    @AfterEach
    void close() throws IOException {
        destination.close().await();
        vertx.close().await();
        if (reader != null) {
            reader.close();
        }
    }

    private Destination open(String url) {
        Settings settings = new Settings(
                "lake",
                URI.create(url),
                Map.of(),
                (host, port) -> Future.failedFuture("not reached"),
                "urn:test",
                "run");
        return new FileType().open(settings, vertx);
    }

    @Test
    void deliver_batch_isAFileWithALineOfTheManifest() throws Exception {
        Batch batch = batch(42, 3, 40, 50);

        assertThat(destination.deliver(batch).await()).isEqualTo(new Delivery.Done(NAME));

        byte[] file = Files.readAllBytes(directory.resolve("lake").resolve(NAME));
        String expected = batch.events().stream()
                .map(event -> EventWriter.toJson(event) + "\n")
                .collect(Collectors.joining());
        assertThat(unzipped(file)).isEqualTo(expected);
        JsonObject line = new JsonObject(manifest().get(0));
        assertThat(line.getMap())
                .containsEntry("file", NAME)
                .containsEntry("from", 40)
                .containsEntry("next", 50)
                .containsEntry("events", 3)
                .containsEntry("bytes", file.length)
                .containsEntry("sha256", sha256(file));
    }

    @Test
    void deliver_sameBatchAgain_hasTheSameBytes() throws Exception {
        Batch batch = batch(42, 3, 40, 50);
        destination.deliver(batch).await();
        byte[] before = Files.readAllBytes(directory.resolve("lake").resolve(NAME));

        destination.deliver(batch).await();

        assertThat(Files.readAllBytes(directory.resolve("lake").resolve(NAME))).isEqualTo(before);
        assertThat(manifest()).hasSize(2);
        assertThat(manifest().get(0)).isEqualTo(manifest().get(1));
    }

    /** After a restore, positions have other events: the file of the first ones may have been read already. */
    @Test
    void deliver_otherEventsOfTheSameRange_isDeniedAndLeavesTheFile() throws Exception {
        destination.deliver(batch(42, 3, 40, 50)).await();
        byte[] before = Files.readAllBytes(directory.resolve("lake").resolve(NAME));

        assertThatThrownBy(() -> destination.deliver(batch(42, 3, 40, 50)).await())
                .isInstanceOfSatisfying(
                        DeliveryException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(DeliveryException.Kind.DENIED))
                .hasMessage("events-000000000000000040-000000000000000050.ndjson.gz is there with other events;"
                        + " move it away, or give another directory");

        assertThat(Files.readAllBytes(directory.resolve("lake").resolve(NAME))).isEqualTo(before);
        assertThat(manifest()).hasSize(1);
    }

    /** A crash in the middle of a line must not spoil the next one. */
    @Test
    void deliver_manifestWithAPartOfALine_replacesThePart() throws Exception {
        destination.deliver(batch(42, 3, 40, 50)).await();
        Path manifest = directory.resolve("lake/manifest.ndjson");
        Files.writeString(manifest, Files.readString(manifest) + "{\"file\":\"dt=20");

        destination.deliver(batch(50, 3, 50, 60)).await();

        assertThat(manifest())
                .hasSize(2)
                .allSatisfy(line ->
                        assertThat(new JsonObject(line).getInteger("events")).isEqualTo(3));
    }

    @Test
    void deliver_directoryIsAFile_isTriedAgain() throws Exception {
        Files.writeString(directory.resolve("lake"), "");

        assertThatThrownBy(() -> destination.deliver(batch(42, 3, 40, 50)).await())
                .isInstanceOfSatisfying(
                        DeliveryException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(DeliveryException.Kind.TRANSIENT));
        assertThatThrownBy(() -> destination.test().await()).isInstanceOf(DeliveryException.class);
    }

    /** As on a network disk whose server is gone: the write hangs, and nothing can stop it. */
    @Test
    void deliver_hungWrite_holdsNoOtherDestinationAndRefusesTheNextWrite() throws Exception {
        makePipe();
        Destination healthy = open("file:" + directory + "/other");
        Destination hung = hanging(Duration.ofSeconds(60));
        Batch batch = batch(42, 3, 40, 50);

        // On one context, as all destinations of a server are.
        Future<Delivery> written = onContext(() -> {
            hung.deliver(batch);
            return healthy.deliver(batch);
        });

        assertThat(written.await(30, TimeUnit.SECONDS)).isEqualTo(new Delivery.Done(NAME));
        assertThatThrownBy(() -> hung.test().await(30, TimeUnit.SECONDS))
                .isInstanceOf(DeliveryException.class)
                .hasMessage("the last write has not ended");
        healthy.close().await();
        hung.close().await();
        letGo();
    }

    /** Then the forwarder does not close it, and what it sent is not written by a thread that nobody waits for. */
    @Test
    void deliver_hungWrite_isTransient() throws Exception {
        makePipe();
        Destination hung = hanging(Duration.ofMillis(1));

        assertThatThrownBy(() -> hung.deliver(batch(42, 3, 40, 50)).await(30, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        DeliveryException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(DeliveryException.Kind.TRANSIENT));
        hung.close().await();
        letGo();
    }

    /** A destination that is opened anew finds the thread that the one before has left hanging. */
    @Test
    void deliver_givenUpBehindAHungWrite_isNeverWritten() throws Exception {
        makePipe();
        Destination hung = hanging(Duration.ofSeconds(60));
        Future<Delivery> first = hung.deliver(batch(42, 3, 40, 50));
        Destination next = hanging(Duration.ofMillis(1));
        assertThatThrownBy(() -> next.deliver(batch(50, 3, 50, 60)).await(30, TimeUnit.SECONDS))
                .isInstanceOf(DeliveryException.class);

        letGo();
        Destination last = hanging(Duration.ofSeconds(60));
        first.otherwiseEmpty().await(30, TimeUnit.SECONDS);
        last.test().await(30, TimeUnit.SECONDS);

        assertThat(files()).containsExactly("events-000000000000000040-000000000000000050.ndjson.gz");
    }

    /** Opening the manifest for writing hangs until {@link #letGo}: it is a pipe that nobody reads. */
    private void makePipe() throws Exception {
        Files.createDirectories(manifestOfHung().getParent());
        assertThat(new ProcessBuilder("mkfifo", manifestOfHung().toString())
                        .start()
                        .waitFor())
                .isZero();
    }

    private Path manifestOfHung() {
        return directory.resolve("hung/manifest.ndjson");
    }

    private Destination hanging(Duration timeout) {
        return new FileDestination(
                vertx, manifestOfHung().getParent(), new Limits(1_000, 1 << 20, Duration.ofSeconds(1)), timeout);
    }

    /** Opened for both, a pipe waits for nobody. */
    private void letGo() throws IOException {
        reader = new RandomAccessFile(manifestOfHung().toFile(), "rw");
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(directory.resolve("hung"))) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("events-"))
                    .toList();
        }
    }

    private <T> Future<T> onContext(Supplier<Future<T>> work) {
        Promise<T> done = Promise.promise();
        context.runOnContext(now -> work.get().onComplete(done));
        return done.future();
    }

    @Test
    void test_usableDirectory_leavesNothing() throws Exception {
        destination.test().await();

        assertThat(directory.resolve("lake")).isEmptyDirectory();
    }

    @Test
    void open_relativePath_isRefused() {
        assertThatThrownBy(() -> open("file:lake"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("absolute");
        assertThatThrownBy(() -> open("file://server/lake")).isInstanceOf(IllegalArgumentException.class);
    }

    private Batch batch(long first, int count, long from, long next) {
        List<StoredEvent> stored = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Instant received = Instant.parse("2026-11-02T23:59:59.5Z").plusMillis(400L * i);
            stored.add(new StoredEvent(first + i, received, events.next(), Seal.of(new byte[32], new byte[32], null)));
        }
        return new Batch(stored, from, next);
    }

    private List<String> manifest() throws IOException {
        return Files.readAllLines(directory.resolve("lake/manifest.ndjson"));
    }

    private static String unzipped(byte[] file) throws IOException {
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(file))) {
            return new String(gzip.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String sha256(byte[] file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
    }
}
