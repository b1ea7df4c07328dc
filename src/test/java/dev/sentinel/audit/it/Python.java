package dev.sentinel.audit.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The python3 of this machine. Aborts a test, visibly, if it is missing or too old. */
final class Python {
    /** Everything that the SDK and its tests import; minimal packages of distributions lack some of it. */
    private static final String CHECK = "import asyncio, http.server, multiprocessing, sqlite3, ssl, sys, unittest;"
            + " sys.exit(sys.version_info < (3, 9))";

    private final String path;

    private Python(String path) {
        this.path = path;
    }

    /** With the wheel of the SDK, built into this directory, and the modules of its tests. */
    static Python withSdk(Path directory) throws Exception {
        assumeThat(isUsable())
                .as("python3 3.9 or newer, with its whole library")
                .isTrue();
        Process build = new ProcessBuilder("bin/build-python-sdk", directory.toString()).start();
        String wheel = new String(build.getInputStream().readAllBytes(), UTF_8).strip();
        assertThat(build.waitFor()).isZero();
        return new Python(wheel + ":src/test/python");
    }

    private static boolean isUsable() throws InterruptedException {
        try {
            Process check = new ProcessBuilder("python3", "-c", CHECK)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return check.waitFor(10, TimeUnit.SECONDS) && check.exitValue() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    /** Starts python3; its standard error appears in the output of the build. */
    Process start(int port, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("python3"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("PYTHONPATH", path);
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        builder.environment().put("SENTINEL_URL", "http://127.0.0.1:" + port);
        return builder.start();
    }
}
