package dev.sentinel.audit.it;

import dev.sentinel.audit.TestClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged server, started by {@code bin/start} as an operator would. */
final class ServerProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("ready url=http://127\\.0\\.0\\.1:(\\d+) ");
    private static final Duration START_DEADLINE = Duration.ofSeconds(30);

    private final Process process;
    private final Path output;
    private final TestClient client;

    private ServerProcess(Process process, Path output, TestClient client) {
        this.process = process;
        this.output = output;
        this.client = client;
    }

    /** Starts a server and waits until it says that it is ready. */
    static ServerProcess start(Path dataDirectory, Map<String, String> environment) throws Exception {
        Path output = Files.createTempFile("sentinel-it", ".log");
        Process process = launch(List.of(), dataDirectory, environment, output);
        long deadline = System.nanoTime() + START_DEADLINE.toNanos();
        while (System.nanoTime() < deadline) {
            Matcher ready = READY.matcher(Files.readString(output));
            if (ready.find()) {
                return new ServerProcess(process, output, new TestClient(Integer.parseInt(ready.group(1))));
            }
            if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        process.destroyForcibly();
        throw new AssertionError("the server did not start:\n" + Files.readString(output));
    }

    /** Starts a server that is expected to refuse, and returns what it printed once it has exited. */
    static Refusal refused(Path dataDirectory, Map<String, String> environment) throws Exception {
        return refused(List.of(), dataDirectory, environment);
    }

    /** The same by way of another program, such as one that changes the user. */
    static Refusal refused(List<String> launcher, Path dataDirectory, Map<String, String> environment)
            throws Exception {
        Path output = Files.createTempFile("sentinel-it", ".log");
        Process process = launch(launcher, dataDirectory, environment, output);
        if (!process.waitFor(START_DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the server did not exit:\n" + Files.readString(output));
        }
        return new Refusal(process.exitValue(), Files.readString(output));
    }

    /** How a start was refused. */
    record Refusal(int exitCode, String output) {}

    private static Process launch(
            List<String> launcher, Path dataDirectory, Map<String, String> environment, Path output)
            throws IOException {
        List<String> command = new ArrayList<>(launcher);
        command.add("bin/start");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("PORT", "0");
        builder.environment().put("DATA_DIR", dataDirectory.toString());
        builder.environment().putAll(environment);
        return builder.start();
    }

    Path output() {
        return output;
    }

    TestClient client() {
        return client;
    }

    /** SIGKILL: no hook runs, nothing is flushed. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** SIGTERM; returns the exit code. */
    int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("the server did not stop");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
