package dev.sentinel.audit.ops.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs promtool. Aborts a test, visibly, if it is not installed. */
final class Promtool {
    private static final Path PROGRAM = Path.of("/usr/bin/promtool");

    private Promtool() {}

    /** Runs promtool on files and expects success. */
    static void check(String... arguments) throws IOException, InterruptedException {
        run("", arguments);
    }

    /** Runs promtool with an input, expects success, and returns the output. */
    static String run(String input, String... arguments) throws IOException, InterruptedException {
        assumeThat(PROGRAM).as("promtool is not installed").isExecutable();
        List<String> command = new ArrayList<>(List.of(PROGRAM.toString()));
        command.addAll(List.of(arguments));
        Path stdin = Files.createTempFile("promtool", ".in");
        Path output = Files.createTempFile("promtool", ".txt");
        try {
            Files.writeString(stdin, input);
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(stdin.toFile())
                    .redirectOutput(output.toFile())
                    .start();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            String printed = Files.readString(output, StandardCharsets.UTF_8);
            assertThat(process.exitValue()).as(printed).isZero();
            return printed;
        } finally {
            Files.delete(stdin);
            Files.delete(output);
        }
    }
}
