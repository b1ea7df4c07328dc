package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sentinel.audit.ServerProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The notifications to a service manager, on a socket as systemd opens it. */
@Timeout(60)
final class SystemdIT {
    private static final String LISTENER = """
            import socket, sys
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            s.bind(sys.argv[1])
            print("listening", flush=True)
            while True:
                for line in s.recv(4096).decode().splitlines():
                    if not line.startswith("BARRIER"):
                        print(line, flush=True)
            """;

    @TempDir
    private Path directory;

    @BeforeEach
    void hasPrograms() throws Exception {
        assumeThat(isInstalled("systemd-notify") && isInstalled("python3"))
                .as("systemd-notify and python3 are installed")
                .isTrue();
    }

    @Test
    void server_notifiesReadyAliveAndStopping() throws Exception {
        Path socket = directory.resolve("notify");
        Process listener = new ProcessBuilder("python3", "-c", LISTENER, socket.toString()).start();
        try (BufferedReader heard = listener.inputReader()) {
            assertThat(heard.readLine()).isEqualTo("listening");
            Map<String, String> environment = Map.of("NOTIFY_SOCKET", socket.toString(), "WATCHDOG_USEC", "1000000");
            try (ServerProcess server = ServerProcess.start(directory.resolve("data"), environment)) {
                assertThat(heard.readLine()).isEqualTo("READY=1");
                assertThat(server.client().get("/health/ready").statusCode()).isEqualTo(200);
                assertThat(heard.readLine()).isEqualTo("WATCHDOG=1");
                assertThat(heard.readLine()).isEqualTo("WATCHDOG=1");
                assertThat(server.terminate()).isZero();
            }
            String last = heard.readLine();
            while (last.equals("WATCHDOG=1")) {
                last = heard.readLine();
            }
            assertThat(last).isEqualTo("STOPPING=1");
        } finally {
            listener.destroyForcibly();
        }
    }

    @Test
    void units_passSystemdAnalyze() throws Exception {
        assumeThat(isInstalled("systemd-analyze"))
                .as("systemd-analyze is installed")
                .isTrue();
        // The units refer to the installation paths of the programs.
        Path units = Files.createDirectory(directory.resolve("units"));
        for (String name : List.of("sentinel-api.service", "sentinel-backup.service", "sentinel-backup.timer")) {
            Files.writeString(
                    units.resolve(name),
                    Files.readString(Path.of("conf/systemd", name))
                            .replace(
                                    "/opt/sentinel",
                                    Path.of("").toAbsolutePath().toString()));
        }
        Process verify = new ProcessBuilder(
                        "systemd-analyze",
                        "verify",
                        "--man=no",
                        "--recursive-errors=no",
                        units.resolve("sentinel-api.service").toString(),
                        units.resolve("sentinel-backup.service").toString(),
                        units.resolve("sentinel-backup.timer").toString())
                .redirectErrorStream(true)
                .start();
        String complaints = new String(verify.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(verify.waitFor()).as(complaints).isZero();
        assertThat(complaints).doesNotContain(units.toString());
    }

    private static boolean isInstalled(String program) throws IOException, InterruptedException {
        return new ProcessBuilder("sh", "-c", "command -v " + program)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }
}
