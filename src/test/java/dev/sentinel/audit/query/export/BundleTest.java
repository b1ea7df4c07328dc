package dev.sentinel.audit.query.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.TestKeys;
import dev.sentinel.audit.cli.VerifyCommand;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.keys.KeyToken;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.store.EventFinder;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.Events;
import dev.sentinel.audit.store.ForwardingFinder;
import dev.sentinel.audit.store.FoundEvents;
import dev.sentinel.audit.web.OpenApiContract;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The evidence of a run, as a server with a signed log makes it, and what verifiers say of it. */
@Timeout(120)
final class BundleTest {
    private static final String EVIDENCE = "/v1/traces/trace-1/evidence";

    @TempDir
    private Path directory;

    private final StringWriter printed = new StringWriter();
    private final Events others = new Events(17);
    private RunningServer server;

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void bundle_ofARun_hasItsEventsAndIsVerified() throws Exception {
        start(Map.of());
        post(SampleEvents.any().replace("trace-1", "another-run"));
        post(SampleEvents.any(), SampleEvents.any().replace("\"success\"", "\"error\""));

        HttpResponse<byte[]> response = server.client().get(BodyHandlers.ofByteArray(), EVIDENCE);
        Map<String, String> files = unzip(response.body());

        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/zip");
        assertThat(response.headers().firstValue("Content-Disposition").orElseThrow())
                .matches("attachment; filename=\"sentinel-evidence-\\d{8}T\\d{6}Z\\.zip\"");
        assertThat(files.keySet())
                .containsExactly(
                        "README.txt",
                        "checkpoint.txt",
                        "log.vkey",
                        "events.ndjson",
                        "run.html",
                        "proofs/1.tlog-proof",
                        "proofs/2.tlog-proof");
        assertThat(files.get("log.vkey"))
                .isEqualTo(server.client().get("/log/key").body());
        List<String> lines = files.get("events.ndjson").lines().toList();
        assertThat(new JsonArray("[" + String.join(",", lines.subList(0, 2)) + "]"))
                .isEqualTo(
                        server.client().getJson("/v1/traces/trace-1?seal=true").getJsonArray("events"));
        assertThat(new JsonObject(lines.get(2)).getJsonObject("export").getInteger("events"))
                .isEqualTo(2);
        assertThat(files.get("run.html"))
                .contains(
                        "<h1>Run <bdi>trace-1</bdi></h1>", "2026-11-02 08:05:13.886<br>", "<td class=\"error\">error");
        assertThat(verify(response.body(), files.get("log.vkey"))).isZero();
        assertThat(printed.toString())
                .contains("Each of the 2 events of the bundle is in this log, unaltered.", "result=VERIFIED");
        assertThat(verify(response.body(), null)).isEqualTo(3);
    }

    /** Each event also by itself, and with the verifier in Python that an auditor can read. */
    @Test
    void bundle_unpacked_isVerifiedEventByEvent() throws Exception {
        start(Map.of());
        post(SampleEvents.any(), SampleEvents.any());
        Map<String, String> files = unzip(bundle(EVIDENCE));
        Path event = Files.writeString(
                directory.resolve("event.json"),
                files.get("events.ndjson").lines().toList().get(1));
        Path proof = Files.writeString(directory.resolve("1.tlog-proof"), files.get("proofs/1.tlog-proof"));
        Path key = Files.writeString(directory.resolve("log.vkey"), files.get("log.vkey"));
        List<String> arguments =
                List.of("--proof", proof.toString(), "--event", event.toString(), "--key", key.toString());

        assertThat(command(arguments.toArray(String[]::new))).isZero();
        assumeThat(Path.of("/usr/bin/python3")).exists();
        List<String> python = new ArrayList<>(List.of("python3", "src/main/python/sentinel_verify.py"));
        python.addAll(arguments);
        Process process = new ProcessBuilder(python).redirectErrorStream(true).start();
        assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).contains("result=VERIFIED");
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void bundle_ofSeveralPages_hasAProofOfEachEvent() throws Exception {
        start(Map.of());
        post(Stream.generate(SampleEvents::any).limit(2_300).toArray(String[]::new));

        byte[] zip = bundle(EVIDENCE);
        Map<String, String> files = unzip(zip);

        assertThat(files.keySet().stream().filter(name -> name.startsWith("proofs/")))
                .hasSize(2_300);
        assertThat(files.get("run.html")).contains("<p>2300 events.</p>");
        assertThat(verify(zip, files.get("log.vkey"))).isZero();
    }

    @Test
    void bundle_changedByAnybody_isNotVerified() throws Exception {
        start(Map.of());
        post(SampleEvents.any(), SampleEvents.any());
        byte[] zip = bundle(EVIDENCE);
        Map<String, String> files = unzip(zip);
        String events = files.get("events.ndjson");
        String first = events.lines().toList().get(0) + "\n";

        assertThat(changed(files, "events.ndjson", events.replaceFirst("web_search", "wed_search")))
                .isEqualTo("ALTERED");
        assertThat(changed(files, "events.ndjson", events.substring(first.length())))
                .isEqualTo("ALTERED");
        assertThat(changed(files, "events.ndjson", first + events)).isEqualTo("ALTERED");
        assertThat(changed(files, "events.ndjson", first)).isEqualTo("TRUNCATED");
        assertThat(changed(files, "proofs/1.tlog-proof", null)).isEqualTo("ALTERED");
        assertThat(changed(files, "proofs/1.tlog-proof", files.get("proofs/0.tlog-proof")))
                .isEqualTo("ALTERED");
        assertThat(changed(files, "checkpoint.txt", files.get("checkpoint.txt").replaceFirst("\n2\n", "\n3\n")))
                .isEqualTo("FORGED");
        assertThat(changed(files, "checkpoint.txt", null)).isEqualTo("NOT_CHECKED");
        assertThat(verify(Arrays.copyOf(zip, zip.length - 30), files.get("log.vkey")))
                .isEqualTo(1);
    }

    /** An auditor opens it on a machine of the customer. */
    @Test
    void page_ofHostileTexts_isTextAndLoadsNothing() throws Exception {
        start(Map.of());
        post(SampleEvents.any()
                .replace("web_search", "<script src=//x>alert(1)</script>\u202egnp.exe")
                .replace("agent-1", "a'\\\"&<b>"));

        String page = unzip(bundle(EVIDENCE)).get("run.html");

        assertThat(page)
                .contains("&lt;script src=//x&gt;alert(1)&lt;/script&gt;<span class=\"unseen\">U+202E</span>gnp.exe")
                .contains("a&#39;&quot;&amp;&lt;b&gt;")
                .contains("default-src 'none'")
                .doesNotContain("<script", "<b>", "<a ", "<img", "<link", "\u202e");
    }

    @Test
    void bundle_forAKeyOfSomeAgents_hasOnlyTheirs() throws Exception {
        KeyToken key = TestKeys.make(directory.resolve("data"), Set.of(Scope.READ, Scope.INGEST), "agent-", null, null);
        start(Map.of("API_TOKEN", "the-token-of-this-test"));
        String body = SampleEvents.any() + "\n" + SampleEvents.any().replace("agent-1", "other");
        server.client()
                .post(
                        BodyPublishers.ofString(body),
                        "Content-Type",
                        "application/x-ndjson",
                        "Authorization",
                        "Bearer the-token-of-this-test");

        HttpResponse<byte[]> response =
                server.client().get(BodyHandlers.ofByteArray(), EVIDENCE, "Authorization", "Bearer " + key.text());

        assertThat(unzip(response.body()).get("events.ndjson"))
                .contains("agent-1")
                .doesNotContain("\"other\"");
    }

    @Test
    void bundle_isCapturedLikeAnExport() throws Exception {
        start(Map.of());
        post(SampleEvents.any());

        String events = unzip(bundle(EVIDENCE)).get("events.ndjson");

        String digest = new JsonObject(events.lines().toList().get(1)).getString("leaves_sha256");
        String acts = acts();
        for (int i = 0; i < 100 && !acts.contains("export.end"); i++) {
            acts = acts();
        }
        assertThat(acts).contains("\"trace\":\"trace-1\"", "export.begin", "\"leaves_sha256\":\"" + digest);
    }

    private String acts() {
        return server.client().get("/v1/agents/sentinel/events").body();
    }

    @Test
    void head_saysWhetherItCanBeHad() {
        start(Map.of());
        post(SampleEvents.any());

        assertThat(server.client().send("HEAD", EVIDENCE).statusCode()).isEqualTo(200);
        assertThat(server.client().send("HEAD", "/v1/traces/none/evidence").statusCode())
                .isEqualTo(404);
        assertThat(acts()).doesNotContain("export.begin");
    }

    @Test
    void run_thatCannotBeBundled_isRefusedWithTheReason() {
        start(Map.of());
        for (int i = 0; i < 11; i++) {
            post(Stream.generate(SampleEvents::any).limit(i == 10 ? 1 : 1_000).toArray(String[]::new));
        }

        assertThat(detail(422, EVIDENCE)).contains("more than 10000 events");
        assertThat(detail(404, "/v1/traces/none/evidence")).contains("No event names this trace.");
        assertThat(detail(422, EVIDENCE + "?status=error")).contains("status");
    }

    /** Three files are made of the run, and events arrive between one and the next. */
    @Test
    void bundle_whileTheRunGrows_hasTheEventsOfItsStart() throws Exception {
        startFinding(Map.of(), finder -> new ForwardingFinder(finder) {
            @Override
            public Future<FoundEvents> search(EventQuery query) {
                return server.appender().append(List.of(ofTheRun())).compose(appended -> super.search(query));
            }
        });
        post(SampleEvents.any(), SampleEvents.any());

        byte[] zip = bundle(EVIDENCE);

        Map<String, String> files = unzip(zip);
        assertThat(files.keySet()).contains("proofs/1.tlog-proof").doesNotContain("proofs/2.tlog-proof");
        assertThat(files.get("run.html")).contains("<p>2 events.</p>");
        assertThat(verify(zip, files.get("log.vkey"))).isZero();
    }

    @Test
    void bundle_storeFailsMidway_isVisiblyIncompleteAndFreesItsPlace() {
        AtomicInteger searches = new AtomicInteger();
        AtomicBoolean away = new AtomicBoolean(true);
        startFinding(Map.of("MAX_EXPORTS", "1"), finder -> new ForwardingFinder(finder) {
            @Override
            public Future<FoundEvents> search(EventQuery query) {
                return away.get() && searches.incrementAndGet() > 2
                        ? Future.failedFuture(new Unavailable("gone"))
                        : super.search(query);
            }
        });
        post(SampleEvents.any());

        assertThatThrownBy(() -> bundle(EVIDENCE)).isInstanceOf(UncheckedIOException.class);
        away.set(false);
        assertThat(bundle(EVIDENCE)).isNotEmpty();
    }

    @Test
    void log_thatIsNotSigned_isRefusedWithTheReason() {
        start(Map.of("EVIDENCE", "off"));
        post(SampleEvents.any());

        assertThat(detail(404, EVIDENCE)).contains("EVIDENCE is off");
    }

    /** The place of the key is a file, so the signer cannot begin. */
    @Test
    void run_thatNoCheckpointCovers_isRefusedWithTheReason() throws Exception {
        Files.writeString(Files.createDirectories(directory.resolve("data")).resolve("signer"), "");
        start(Map.of());
        post(SampleEvents.any());

        assertThat(detail(503, EVIDENCE))
                .contains("No checkpoint covers all of these events: ", "and the server tries again every second.\"");
    }

    private AuditEvent ofTheRun() {
        return Stream.generate(others::next)
                .filter(event -> event.traceId().equals("trace-1"))
                .findFirst()
                .orElseThrow();
    }

    private void startFinding(Map<String, String> environment, UnaryOperator<EventFinder> decorator) {
        server = RunningServer.findingThrough(decorator, directory.resolve("data"), environment);
    }

    private void start(Map<String, String> environment) {
        server = RunningServer.start(directory.resolve("data"), environment);
    }

    private void post(String... events) {
        assertThat(server.client()
                        .post("application/x-ndjson", String.join("\n", events))
                        .statusCode())
                .isLessThan(300);
    }

    private byte[] bundle(String target) {
        HttpResponse<byte[]> response = server.client().get(BodyHandlers.ofByteArray(), target);
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    private String detail(int status, String target) {
        HttpResponse<String> response = server.client().get(target);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        OpenApiContract.load().check("GET", target, response);
        return response.body();
    }

    /** What the verifier says of a bundle with another file, or without it. */
    private String changed(Map<String, String> files, String name, @Nullable String content) throws IOException {
        Map<String, String> other = new LinkedHashMap<>(files);
        other.remove(name);
        if (content != null) {
            assertThat(content).isNotEqualTo(files.get(name));
            other.put(name, content);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> file : other.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue().getBytes(UTF_8));
            }
        }
        verify(bytes.toByteArray(), files.get("log.vkey"));
        return printed.toString().replaceFirst("(?s).*result=(\\w+).*", "$1");
    }

    private int verify(byte[] zip, @Nullable String key) throws IOException {
        Path file = Files.write(directory.resolve("evidence.zip"), zip);
        if (key == null) {
            return command("--bundle", file.toString());
        }
        Path keys = Files.writeString(directory.resolve("log.vkey"), key);
        return command("--bundle", file.toString(), "--key", keys.toString());
    }

    private int command(String... arguments) {
        printed.getBuffer().setLength(0);
        return new CommandLine(new VerifyCommand())
                .setOut(new PrintWriter(printed, true))
                .setErr(new PrintWriter(printed, true))
                .execute(arguments);
    }

    private static Map<String, String> unzip(byte[] bytes) throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), new String(zip.readAllBytes(), UTF_8));
            }
        }
        return files;
    }
}
