package dev.sentinel.audit.query.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.cli.VerifyCommand;
import dev.sentinel.audit.web.OpenApiContract;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Exports of which each line proves that its event is in the log, and what both verifiers say of them. */
@Timeout(90)
final class InlineProofsTest {
    private static final String ERRORS = "/v1/events/export?status=error&proofs=inline";

    @TempDir
    private Path directory;

    private RunningServer server;

    @AfterEach
    void stop() {
        server.close();
    }

    /** Of several pages, from both sides of full tiles. */
    @Test
    void export_withAFilter_isVerifiedLineByLine() throws Exception {
        start(Map.of());
        post(2_500);
        List<String> lines = export(ERRORS);
        Path key = key();

        assertThat(lines).hasSize(1_251);
        assertBoth("VERIFIED", "--export", file(lines), "--key", key);
        assertThat(verify("--export", file(lines), "--key", key))
                .contains("Each of the 1250 events is in this log, unaltered.", "anchor=proof");
        Path line = Files.writeString(directory.resolve("event.json"), lines.get(700));
        assertBoth("VERIFIED", "--event", line, "--key", key);
        assertBoth("CONSISTENT", "--event", line);
        Path proof = Files.writeString(
                directory.resolve("event.tlog-proof"), new JsonObject(lines.get(700)).getString("proof"));
        Path event = Files.writeString(
                directory.resolve("plain.json"), lines.get(700).replaceFirst(",\"proof\":.*", "}"));
        assertBoth("VERIFIED", "--proof", proof, "--event", event, "--key", key);
    }

    @Test
    void export_changedByAnybody_isNotVerified() throws Exception {
        start(Map.of());
        post(20);
        List<String> lines = export(ERRORS);
        Path key = key();
        String ending = lines.get(10).replaceFirst("\"leaves_sha256\":\"[0-9a-f]*\"", "\"x\":1");

        assertBoth("ALTERED", "--export", file(changed(lines, "trace-1", "trace-2", ending)), "--key", key);
        assertBoth("ALTERED", "--export", file(changed(lines, "index [0-9]+", "index 0", ending)), "--key", key);
        assertBoth("CONSISTENT", "--export", file(changed(lines, ",\"proof\":.*", "}", ending)), "--key", key);
        assertBoth("ALTERED", "--export", file(lines.subList(1, 11)), "--key", key);
        assertBoth("TRUNCATED", "--export", file(lines.subList(0, 10)), "--key", key);
        Path line =
                Files.writeString(directory.resolve("event.json"), lines.get(3).replace("trace-1", "trace-2"));
        assertBoth("ALTERED", "--event", line, "--key", key);
        Path other =
                Files.writeString(directory.resolve("plain.json"), lines.get(3).replaceFirst(",\"proof\":.*", "}"));
        assertBoth("NOT_CHECKED", "--event", other, "--key", key);
    }

    @Test
    void export_ofEverything_isVerifiedAsAWhole() throws Exception {
        start(Map.of());
        post(20);
        List<String> lines = export("/v1/events/export?order=asc&proofs=inline");

        assertBoth("VERIFIED", "--export", file(lines), "--key", key());
        assertThat(verify("--export", file(lines), "--key", key())).contains("anchor=export:");
    }

    @Test
    void export_thatCannotHaveProofs_isRefusedWithTheReason() {
        start(Map.of("EVIDENCE", "off"));

        assertThat(server.client().get(ERRORS + "&format=csv").statusCode()).isEqualTo(422);
        OpenApiContract.load().check("GET", ERRORS, server.client().get(ERRORS));
        assertThat(server.client().get(ERRORS).statusCode()).isEqualTo(404);
        assertThat(server.client().get(ERRORS).body()).contains("EVIDENCE is off");
    }

    private void start(Map<String, String> environment) {
        server = RunningServer.start(directory.resolve("data"), environment);
    }

    /** Every other one is an error. */
    private void post(int events) {
        for (int from = 0; from < events; from += 500) {
            String body = IntStream.range(from, Math.min(events, from + 500))
                    .mapToObj(i ->
                            i % 2 == 0 ? SampleEvents.any() : SampleEvents.any().replace("\"success\"", "\"error\""))
                    .collect(Collectors.joining("\n"));
            assertThat(server.client().post("application/x-ndjson", body).statusCode())
                    .isEqualTo(201);
        }
    }

    private List<String> export(String target) {
        return server.client().get(target).body().lines().toList();
    }

    private Path file(List<String> lines) throws IOException {
        return Files.writeString(directory.resolve("export.ndjson"), String.join("\n", lines) + "\n");
    }

    private Path key() throws IOException {
        return Files.writeString(
                directory.resolve("log.vkey"), server.client().get("/log/key").body());
    }

    private static List<String> changed(List<String> lines, String from, String to, String ending) {
        List<String> changed = new ArrayList<>(lines);
        changed.set(3, changed.get(3).replaceFirst(from, to));
        changed.set(10, ending);
        return changed;
    }

    private static void assertBoth(String result, Object... arguments) throws Exception {
        assertThat(verify(arguments)).contains("result=" + result + " ");
        assumeThat(Path.of("/usr/bin/python3")).exists();
        List<String> python = new ArrayList<>(List.of("python3", "src/main/python/sentinel_verify.py"));
        Stream.of(arguments).map(String::valueOf).forEach(python::add);
        Process process = new ProcessBuilder(python).redirectErrorStream(true).start();
        assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).contains("result=" + result + " ");
    }

    private static String verify(Object... arguments) {
        StringWriter printed = new StringWriter();
        new CommandLine(new VerifyCommand())
                .setOut(new PrintWriter(printed))
                .setErr(new PrintWriter(printed))
                .execute(Stream.of(arguments).map(String::valueOf).toArray(String[]::new));
        return printed.toString();
    }
}
