package dev.sentinel.audit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class DemoCommandTest {
    private final StringWriter printed = new StringWriter();

    @TempDir
    private Path directory;

    @Test
    void demo_runningServer_storesAllEvents() {
        try (RunningServer server = RunningServer.start(directory)) {
            assertThat(run(server, "--runs", "150")).isZero();
            long stored = server.store().status().committed();
            assertThat(stored).isGreaterThan(1_000);
            assertThat(printed.toString().replace(",", "")).startsWith("Sent " + stored + " events of 150 runs.");
        }
    }

    @ParameterizedTest
    @CsvSource({"'', /ui/", "/, /ui/", "/sentinel, /sentinel/ui/", "/sentinel/, /sentinel/ui/"})
    void demo_serverBelowAPath_linksToItsDashboard(String path, String dashboard) {
        try (RunningServer server = RunningServer.start(directory, Map.of("BASE_PATH", "/sentinel"))) {
            String url = "http://127.0.0.1:" + server.client().port();
            assertThat(execute("--url", url + path, "--runs", "1")).isZero();
            assertThat(printed.toString().strip()).endsWith(" Look at them: " + url + dashboard);
        }
    }

    @Test
    void demo_serverWithToken_sendsTheToken() {
        try (RunningServer server = RunningServer.start(directory, Map.of("API_TOKEN", "the-token"))) {
            assertThat(run(server, "--runs", "1", "--token", "wrong")).isEqualTo(1);
            assertThat(printed.toString()).contains("answered 401").doesNotContain("wrong");
            assertThat(run(server, "--runs", "1", "--token", "the-token")).isZero();
        }
    }

    @Test
    void demo_noServer_printsOneLine() {
        assertThat(execute("--url", "http://127.0.0.1:9")).isEqualTo(1);
        assertThat(printed.toString())
                .isEqualToIgnoringNewLines("sentinel: cannot send to http://127.0.0.1:9: no answer (ConnectException)");
    }

    @Test
    void demo_urlIsNone_isWrongUsage() {
        assertThat(execute("--url", "ftp://127.0.0.1")).isEqualTo(2);
        assertThat(printed.toString()).contains("endpoint must be a URL such as https://audit.example.com");
    }

    @Test
    void demo_spanIsNoDuration_isWrongUsage() {
        assertThat(execute("--span", "a day")).isEqualTo(2);
        assertThat(printed.toString()).contains("--span must be a duration such as 30s, 15m, 12h or 90d.");
    }

    private int run(RunningServer server, String option, String value, String... more) {
        String[] arguments = new String[4 + more.length];
        arguments[0] = "--url";
        arguments[1] = "http://127.0.0.1:" + server.client().port();
        arguments[2] = option;
        arguments[3] = value;
        System.arraycopy(more, 0, arguments, 4, more.length);
        return execute(arguments);
    }

    private int execute(String... arguments) {
        return new CommandLine(new DemoCommand())
                .setErr(new PrintWriter(printed, true))
                .execute(arguments);
    }
}
