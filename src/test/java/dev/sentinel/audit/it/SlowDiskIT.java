package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.ServerProcess;
import dev.sentinel.audit.Within;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that takes long to write what it is told to write now. Needs strace, and the right to trace. */
@Timeout(120)
final class SlowDiskIT {
    /** As long as a network disk takes whose host is moved. */
    private static final Duration SYNC = Duration.ofMillis(400);

    private static final int EVENTS = 12;

    @TempDir
    private Path directory;

    @BeforeAll
    static void traces() throws Exception {
        boolean traces = false;
        try {
            traces = strace("-o", "/dev/null", "true").waitFor() == 0;
        } catch (IOException notInstalled) {
            // Skips the tests, too.
        }
        assumeTrue(traces, "strace is not installed, or nothing may be traced");
    }

    @Test
    void eachSyncIsSlow_everyEventIsOnDiskBeforeItsAnswer_andNothingAlarms() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            post(server);
            new SeenCheckpoints().assertNoFork(server.client());
            Process slow = slowDown(server.pid());
            try {
                // What is traced answers late only from now on.
                while (post(server).compareTo(SYNC) < 0) {
                    assertThat(slow.isAlive()).as("it traces").isTrue();
                }
                Set<String> states = new TreeSet<>();
                for (int i = 0; i < EVENTS; i++) {
                    assertThat(post(server)).isGreaterThanOrEqualTo(SYNC);
                    states.add(server.client().getJson("/v1/log").getString("state"));
                    assertThat(server.client().get("/health/ready").statusCode())
                            .as(() -> server.client().get("/health/ready").body())
                            .isEqualTo(200);
                }
                assertThat(states).isSubsetOf("signing", "catching-up");
                awaitSize(server, EVENTS);
            } finally {
                slow.destroy();
                slow.waitFor();
            }
        }
    }

    /** Returns how long the answer took. */
    private static Duration post(ServerProcess server) {
        long began = System.nanoTime();
        assertThat(server.client().post("application/json", SampleEvents.any()).statusCode())
                .isEqualTo(201);
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private static void awaitSize(ServerProcess server, long size) {
        Within.seconds(30)
                .until(
                        "a checkpoint of " + size,
                        () -> SeenCheckpoints.newest(server.client()).size() >= size);
    }

    private static Process slowDown(long pid) throws IOException {
        return strace(
                "-f",
                "-o",
                "/dev/null",
                "-e",
                "trace=fsync,fdatasync",
                "-e",
                "inject=fsync,fdatasync:delay_enter=" + TimeUnit.NANOSECONDS.toMicros(SYNC.toNanos()),
                "-p",
                Long.toString(pid));
    }

    private static Process strace(String... arguments) throws IOException {
        String[] command = new String[arguments.length + 1];
        command[0] = "strace";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
