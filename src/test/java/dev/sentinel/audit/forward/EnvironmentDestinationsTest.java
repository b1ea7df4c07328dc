package dev.sentinel.audit.forward;

import static dev.sentinel.audit.forward.ForwardServer.WITHIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.Events;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Destinations of the environment, in the whole server. */
@Timeout(60)
final class EnvironmentDestinationsTest {
    @TempDir
    private Path directory;

    @Test
    void start_destination_getsWhatPassesItsFilter() {
        AuditEvent[] events = new Events(5).next(300).toArray(AuditEvent[]::new);
        long denied = Arrays.stream(events)
                .filter(event -> event.status() == EventStatus.DENIED)
                .count();
        Map<String, String> environment = Map.of(
                "DESTINATIONS",
                "all,denied",
                "DESTINATION_ALL",
                "file:" + directory + "/all?every=1s",
                "DESTINATION_DENIED",
                "file:" + directory + "/denied?every=1s&start=begin&filter=status:denied");
        try (RunningServer server = RunningServer.start(directory.resolve("data"), environment)) {
            server.append(events);
            WITHIN.until("all are in files", () -> positions("all").size() == 300);
            WITHIN.until("some are in files", () -> positions("denied").size() == denied);
        }

        assertThat(positions("all")).hasSize(300).isSorted();
        assertThat(positions("denied")).hasSize((int) denied).isSorted();
    }

    @Test
    void start_again_goesOnAtTheCursor() {
        Map<String, String> environment =
                Map.of("DESTINATIONS", "all", "DESTINATION_ALL", "file:" + directory + "/all?every=1s&start=begin");
        for (int run = 0; run < 3; run++) {
            try (RunningServer server = RunningServer.start(directory.resolve("data"), environment)) {
                server.append(new Events(run).next(40).toArray(AuditEvent[]::new));
                int expected = 40 * (run + 1);
                WITHIN.until("all are in files", () -> positions("all").size() == expected);
            }
        }

        assertThat(positions("all"))
                .isEqualTo(Stream.iterate(0L, seq -> seq + 1).limit(120).toList());
    }

    @Test
    void metrics_running_showTheLag() {
        Map<String, String> environment =
                Map.of("DESTINATIONS", "all", "DESTINATION_ALL", "file:" + directory + "/all?every=1s&start=begin");
        try (RunningServer server = RunningServer.start(directory.resolve("data"), environment)) {
            WITHIN.until("it is owned", () -> metrics(server).contains("sentinel_forward_lag_events"));
            String metrics = metrics(server);

            assertThat(metrics)
                    .contains("sentinel_forward_state{destination=\"all\",state=\"running\"} 1")
                    .contains("sentinel_forward_state{destination=\"all\",state=\"stopped\"} 0")
                    .contains("sentinel_forward_attempts_total{destination=\"all\",outcome=\"denied\"} 0")
                    .contains("sentinel_forward_events_total{destination=\"all\",outcome=\"skipped\"} 0")
                    .contains("sentinel_forward_lag_seconds{destination=\"all\"} 0");
        }
    }

    private static String metrics(RunningServer server) {
        return server.client().get("/metrics").body();
    }

    @ParameterizedTest
    @CsvSource({
        "ftp:/x, no destination has the scheme \"ftp\"",
        "file:relative, must be an absolute path",
        "file:/x?color=red, color is not an option here",
        "file:/x?start=soon, has a start that is not",
        "file:/x?on_refused=drop, must be stop or skip",
        "file:/x?status=bad, status must be one of",
        "file:/x?filter=status:, filter",
    })
    void start_wrongDestination_failsInOneLine(String url, String message) {
        Map<String, String> environment = Map.of("DESTINATIONS", "lake", "DESTINATION_LAKE", url);

        assertThatThrownBy(() -> RunningServer.start(directory.resolve("data"), environment))
                .isInstanceOf(Unusable.class)
                .hasMessageStartingWith("DESTINATION_LAKE ")
                .hasMessageContaining(message);
    }

    private List<Long> positions(String name) {
        if (!Files.exists(directory.resolve(name))) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(directory.resolve(name))) {
            return files.filter(file -> file.toString().endsWith(".gz"))
                    .sorted()
                    .flatMap(EnvironmentDestinationsTest::lines)
                    .map(line -> new JsonObject(line).getLong("seq"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> lines(Path file) {
        try (GZIPInputStream gzip = new GZIPInputStream(Files.newInputStream(file))) {
            return new String(gzip.readAllBytes(), StandardCharsets.UTF_8).lines();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
