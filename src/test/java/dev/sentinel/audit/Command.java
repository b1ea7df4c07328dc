package dev.sentinel.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The result of a {@code bin/sentinel} command.
 *
 * @param out its standard output
 * @param err its standard error
 */
public record Command(int exitCode, String out, String err) {

    /** Runs a command to its end with this data directory. */
    public static Command run(Path dataDirectory, String... arguments) throws IOException, InterruptedException {
        return run(dataDirectory, Map.of(), arguments);
    }

    /** Runs a command with additional environment variables. */
    public static Command run(Path dataDirectory, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bin/sentinel"));
        command.addAll(List.of(arguments));
        Path err = Files.createTempFile("sentinel-command", ".err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
        builder.environment().put("DATA_DIR", dataDirectory.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("did not end: " + command);
        }
        return new Command(process.exitValue(), out, Files.readString(err));
    }
}
