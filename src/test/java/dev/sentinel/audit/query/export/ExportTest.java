package dev.sentinel.audit.query.export;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.RawConnection;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.Within;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.failure.Overloaded;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.store.EventFinder;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.Events;
import dev.sentinel.audit.store.ForwardingFinder;
import dev.sentinel.audit.store.FoundEvents;
import dev.sentinel.audit.web.OpenApiContract;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class ExportTest {
    private static final Within WITHIN = Within.seconds(20);
    private static final String EXPORT = "/v1/events/export";

    /** Before the administrative acts of the export. */
    private static final String AFTER_THE_EVENTS = "2026-11-03T00:00:00Z";

    @TempDir
    private Path directory;

    private final OpenApiContract contract = OpenApiContract.load();
    private final Events events = new Events(17);
    private RunningServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void export_ofEverything_equalsTheListAndIsMarkedComplete() {
        start(Map.of());
        append(2_500);

        HttpResponse<String> response = get(EXPORT);
        List<String> lines = lines(response);

        contract.check("GET", EXPORT, response);
        assertThat(response.headers().firstValue("Content-Disposition").orElseThrow())
                .matches("attachment; filename=\"sentinel-events-\\d{8}T\\d{6}Z\\.ndjson\"");
        JsonObject last = new JsonObject(lines.remove(lines.size() - 1)).getJsonObject("export");
        assertThat(last.getLong("events")).isEqualTo(2_500);
        assertThat(last.getBoolean("complete")).isTrue();
        assertThat(String.join(",", lines))
                .isEqualTo(walk("/v1/events?seal=true&limit=1000&to=" + AFTER_THE_EVENTS + "&"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status=error&status=denied",
                "q=RESOURCE_3&actor=human&to=" + AFTER_THE_EVENTS,
                "resource_prefix=resource_2&trace_id=trace-3",
                "from=2026-11-02T08:00:30Z&to=2026-11-02T08:01:00Z",
                "filter=agent:*1%20(-status:success%20OR%20meta.n:1*)%20resource:*_3",
                "agent_instance_id=nobody"
            })
    void export_filtered_equalsTheSearch(String filters) {
        start(Map.of());
        append(600);
        List<String> newestFirst = lines(get(EXPORT + "?" + filters));
        newestFirst.remove(newestFirst.size() - 1);
        assertThat(String.join(",", newestFirst)).isEqualTo(walk("/v1/events?seal=true&limit=1000&" + filters + "&"));

        List<String> oldestFirst = lines(get(EXPORT + "?order=asc&" + filters));
        oldestFirst.remove(oldestFirst.size() - 1);
        Collections.reverse(newestFirst);
        // The acts of the first export match none of these filters.
        assertThat(oldestFirst).isEqualTo(newestFirst);
    }

    @Test
    void csv_forStrictReaders_hasAMarkAndNoFooter() {
        start(Map.of());
        append(3);
        String file = get(EXPORT + "?format=csv&bom=true&footer=false").body();

        assertThat(file).startsWith("\uFEFFseq,event_id,").endsWith("\r\n").doesNotContain("complete");
        assertThat(file.lines()).hasSize(4);
        assertThat(get(EXPORT + "?footer=false").body().lines())
                .as("the events, and that there was an export")
                .hasSizeGreaterThanOrEqualTo(4)
                .allMatch(line -> line.startsWith("{\"event_id\":"));
        assertThat(get(EXPORT + "?bom=true").statusCode()).as("JSON has none").isEqualTo(422);
        assertThat(get(EXPORT + "?format=csv&bom=yes").statusCode()).isEqualTo(422);
    }

    @Test
    void csv_filtered_hasHeaderRowsAndCount() {
        start(Map.of());
        append(40);
        HttpResponse<String> response = get(EXPORT + "?format=csv&order=asc");
        contract.check("GET", EXPORT, response);
        List<String> lines = lines(response);
        assertThat(lines.get(0)).startsWith("seq,event_id,timestamp,received_at,agent_instance_id,");
        assertThat(lines).hasSize(42).last().isEqualTo("# complete: 40 events");
        assertThat(response.headers().firstValue("Content-Disposition").orElseThrow())
                .endsWith(".csv\"");
    }

    @Test
    void export_gzip_isEqual() throws IOException {
        start(Map.of());
        append(1_200);
        HttpResponse<byte[]> packed =
                server.client().get(BodyHandlers.ofByteArray(), EXPORT + "?status=error", "Accept-Encoding", "gzip");
        assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
        String unpacked =
                new String(new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes(), UTF_8);
        assertThat(withoutTime(unpacked))
                .isEqualTo(withoutTime(get(EXPORT + "?status=error").body()));
        assertThat(packed.body().length).isLessThan(unpacked.length() / 3);
        assertThat(server.client()
                        .get(EXPORT + "?status=error", "Accept-Encoding", "gzip;q=0")
                        .headers()
                        .firstValue("Content-Encoding"))
                .isEmpty();
    }

    /** Each page adds more events than it contains: without a snapshot bound, the export would not end. */
    @ParameterizedTest
    @ValueSource(strings = {"asc", "desc"})
    void export_whileEventsArrive_containsTheEventsOfItsStart(String order) {
        start(Map.of(), finder -> new ForwardingFinder(finder) {
            @Override
            public Future<FoundEvents> search(EventQuery query) {
                return server.appender().append(events.next(1_500)).compose(appended -> super.search(query));
            }
        });
        append(3_000);
        List<String> lines = lines(get(EXPORT + "?order=" + order));
        assertThat(new JsonObject(lines.remove(lines.size() - 1))
                        .getJsonObject("export")
                        .getLong("events"))
                .isEqualTo(3_000);
        assertThat(lines.stream().map(line -> new JsonObject(line).getLong("seq")))
                .hasSize(3_000)
                .doesNotHaveDuplicates()
                .allMatch(seq -> seq < 3_000);
    }

    @Test
    void export_storeFailsMidway_isVisiblyIncomplete() {
        AtomicInteger searches = new AtomicInteger();
        start(Map.of(), finder -> new ForwardingFinder(finder) {
            @Override
            public Future<FoundEvents> search(EventQuery query) {
                return searches.incrementAndGet() > 2
                        ? Future.failedFuture(new Unavailable("gone"))
                        : super.search(query);
            }
        });
        append(3_000);
        assertThatThrownBy(() -> get(EXPORT)).isInstanceOf(UncheckedIOException.class);
        WITHIN.until("its end is captured", () -> acts().contains("\"status\":\"error\""));
    }

    @Test
    void export_storeFailsBriefly_continues() {
        AtomicInteger searches = new AtomicInteger();
        start(Map.of(), finder -> new ForwardingFinder(finder) {
            @Override
            public Future<FoundEvents> search(EventQuery query) {
                return searches.incrementAndGet() == 2
                        ? Future.failedFuture(new Overloaded("not now"))
                        : super.search(query);
            }
        });
        append(2_500);
        assertThat(lines(get(EXPORT))).hasSize(2_501);
    }

    @Test
    void export_storeFailsAtOnce_isAnsweredAsProblem() {
        start(Map.of(), finder -> new ForwardingFinder(finder) {
            @Override
            public Future<FoundEvents> search(EventQuery query) {
                return Future.failedFuture(new Unavailable("gone"));
            }
        });
        HttpResponse<String> response = get(EXPORT);
        contract.check("GET", EXPORT, response);
        assertThat(response.statusCode()).isEqualTo(503);
    }

    @Test
    void exports_tooMany_areRefusedUntilOneEnds() {
        Promise<Void> released = Promise.promise();
        start(Map.of("MAX_EXPORTS", "1"), finder -> new ForwardingFinder(finder) {
            @Override
            public Future<FoundEvents> search(EventQuery query) {
                return released.future().compose(now -> super.search(query));
            }
        });
        append(5);
        try (RawConnection first = new RawConnection(server.client().port())) {
            first.send("GET " + EXPORT + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            WITHIN.until(
                    "the first has begun",
                    () -> server.client().get("/metrics").body().contains("sentinel_exports 1.0"));
            HttpResponse<String> refused = get(EXPORT);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            contract.check("GET", EXPORT, refused);
            released.complete();
        }
        WITHIN.until("the next may begin", () -> get(EXPORT).statusCode() == 200);
    }

    @Test
    void export_any_isCapturedAsAct() {
        start(Map.of());
        append(30);
        get(EXPORT + "?format=csv&status=error&status=denied&q=a%20b");
        WITHIN.until("both acts are captured", () -> acts().contains("\"export.end\""));
        List<JsonObject> acts = new JsonObject(acts())
                .getJsonArray("events").stream().map(JsonObject.class::cast).toList();
        assertThat(acts).extracting(act -> act.getString("resource")).containsExactly("export.end", "export.begin");
        assertThat(acts)
                .extracting(act -> act.getString("trace_id"))
                .containsOnly(acts.get(0).getString("trace_id"));
        assertThat(acts).extracting(act -> act.getString("status")).containsExactly("success", "pending");
        JsonObject end = acts.get(0);
        assertThat(end.getString("actor")).isEqualTo("human");
        assertThat(end.getString("submitted_by")).isEqualTo("sentinel");
        assertThat(end.getJsonObject("metadata"))
                .isEqualTo(new JsonObject(
                        "{\"address\":\"127.0.0.1\",\"events\":\"0\",\"format\":\"csv\",\"key_id\":\"none\","
                                + "\"order\":\"desc\",\"query\":{\"format\":[\"csv\"],\"q\":[\"a b\"],"
                                + "\"status\":[\"error\",\"denied\"]}}"));
    }

    /** A client searches for events that mention a secret. */
    @ParameterizedTest
    @ValueSource(strings = {"q=password%3Dhunter2", "q=a&q=postgres%3A%2F%2Fu%3Ahunter2%40h", "q=%70assword%3Dhunter2"})
    void export_bySecret_keepsItNowhere(String query) throws IOException {
        start(Map.of());
        append(30);
        get(EXPORT + "?" + query);
        WITHIN.until("both acts are captured", () -> acts().contains("\"export.end\""));
        assertThat(acts()).contains("[REDACTED]").doesNotContain("hunter2");
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain("hunter2");
            }
        }
    }

    @Test
    void head_createsNoFile() {
        AtomicInteger searches = new AtomicInteger();
        start(Map.of("MAX_EXPORTS", "1"), finder -> new ForwardingFinder(finder) {
            @Override
            public Future<FoundEvents> search(EventQuery query) {
                searches.incrementAndGet();
                return super.search(query);
            }
        });
        append(5);
        HttpResponse<String> response = server.client().send("HEAD", EXPORT + "?format=csv");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Disposition")).isPresent();
        assertThat(searches).hasValue(0);
    }

    /** Holds a permit until the timeout, and not longer. */
    @Test
    void client_thatDoesNotRead_isDisconnected() {
        start(Map.of("MAX_EXPORTS", "1", "ANSWER_TIMEOUT", "1s"));
        String large = "{\"x\":\"" + "x".repeat(60_000) + "\"}";
        for (int i = 0; i < 5; i++) {
            server.append(events.next(40).stream()
                    .map(event -> event.toBuilder().metadata(large).build())
                    .toArray(AuditEvent[]::new));
        }
        try (RawConnection idle = new RawConnection(server.client().port())) {
            idle.send("GET " + EXPORT + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            WITHIN.until(
                    "its place is free", () -> get(EXPORT + "?status=error").statusCode() == 200);
        }
    }

    private String acts() {
        return get("/v1/agents/sentinel/events").body();
    }

    private HttpResponse<String> get(String target) {
        return server.client().get(target);
    }

    private static List<String> lines(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new ArrayList<>(List.of(response.body().strip().split("\r?\n", -1)));
    }

    private static String withoutTime(String file) {
        return file.replaceAll("\"began_at\":\"[^\"]*\"", "");
    }

    /** The JSON of all events of a list. */
    private String walk(String target) {
        List<String> found = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            String body = get(target + cursor).body();
            int begin = body.indexOf('[') + 1;
            int end = body.lastIndexOf("],\"next_cursor\"");
            if (end > begin) {
                found.add(body.substring(begin, end));
            }
            String next = new JsonObject(body).getString("next_cursor");
            cursor = next == null ? null : "cursor=" + next;
        }
        return String.join(",", found);
    }

    private void append(int count) {
        for (int done = 0; done < count; done += 500) {
            server.append(events.next(Math.min(500, count - done)).toArray(AuditEvent[]::new));
        }
    }

    private void start(Map<String, String> environment) {
        server = RunningServer.start(directory, environment);
    }

    private void start(Map<String, String> environment, UnaryOperator<EventFinder> decorator) {
        server = RunningServer.findingThrough(decorator, directory, environment);
    }
}
