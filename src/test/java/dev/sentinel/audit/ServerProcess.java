package dev.sentinel.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The packaged server, started by {@code bin/start} as an operator would. When it has ended, it fails the test if an
 * event loop was blocked for as long as Vert.x warns of.
 */
public final class ServerProcess implements AutoCloseable {
    /**
     * A warning of Vert.x's BlockedThreadChecker whose stack has a frame of ours. A machine without a processor to
     * spare stops event loops too, but then mostly within Netty.
     */
    private static final Pattern BLOCKED =
            Pattern.compile("eventloop-thread.* has been blocked for .*\\R.*VertxException.*\\R"
                    + "(?:\\s+at .*\\R)*?\\s+at \\S*dev\\.sentinel\\.");

    private static final Pattern READY = Pattern.compile("ready url=http://[0-9a-f.:\\[\\]]+:(\\d+)[^ ]* ");
    private static final Duration START_DEADLINE = Duration.ofSeconds(30);

    private final Process process;
    private final TestClient client;
    private final Path output;
    private boolean frozen;

    private ServerProcess(Process process, TestClient client, Path output) {
        this.process = process;
        this.client = client;
        this.output = output;
    }

    /** Starts a server and waits until it is ready. */
    public static ServerProcess start(Path dataDirectory, Map<String, String> environment) throws Exception {
        Path output = Files.createTempFile("sentinel-it", ".log");
        Process process = launch(List.of(), dataDirectory, environment, output);
        long deadline = System.nanoTime() + START_DEADLINE.toNanos();
        while (System.nanoTime() < deadline) {
            Matcher ready = READY.matcher(Files.readString(output));
            if (ready.find()) {
                return new ServerProcess(process, new TestClient(Integer.parseInt(ready.group(1))), output);
            }
            if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        process.destroyForcibly();
        throw new AssertionError("the server did not start:\n" + Files.readString(output));
    }

    /** Starts a server that is expected to refuse, and returns what it printed once it has exited. */
    public static Refusal refused(Path dataDirectory, Map<String, String> environment) throws Exception {
        return refused(List.of(), dataDirectory, environment);
    }

    /** Starts the server through another program, such as one that changes the user. */
    public static Refusal refused(List<String> launcher, Path dataDirectory, Map<String, String> environment)
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
    public record Refusal(int exitCode, String output) {}

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

    /** The output so far. */
    public String output() throws IOException {
        return Files.readString(output);
    }

    public TestClient client() {
        return client;
    }

    /** The id of the JVM: {@code bin/start} becomes it. */
    public long pid() {
        return process.pid();
    }

    /** SIGSTOP: connections stay open, nothing answers. What is blocked meanwhile is not the server's fault. */
    public void freeze() throws IOException, InterruptedException {
        frozen = true;
        signal("STOP");
    }

    /** SIGCONT. */
    public void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        int exit = new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                .start()
                .waitFor();
        if (exit != 0) {
            throw new AssertionError("kill -" + name + " failed");
        }
    }

    /** SIGKILL: no hook runs, nothing is flushed. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
        assertNothingBlocked();
    }

    /** SIGTERM; returns the exit code. */
    public int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("the server did not stop");
        }
        assertNothingBlocked();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        assertNothingBlocked();
    }

    private void assertNothingBlocked() {
        if (frozen) {
            return;
        }
        try {
            String printed = Files.readString(output);
            // Until then its event loops serve nobody; on a busy machine, loading a class there may take a second.
            int ready = Math.max(0, printed.indexOf(" ready url="));
            if (BLOCKED.matcher(printed).find(ready)) {
                throw new AssertionError("an event loop was blocked:\n" + printed);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
