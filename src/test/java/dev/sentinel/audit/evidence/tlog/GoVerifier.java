package dev.sentinel.audit.evidence.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The program {@code src/test/go/verify_log.go}, which verifies a log with the library of the Go project. Aborts a
 * test, visibly, if Go or that library is missing: Debian has them as golang-go and golang-golang-x-mod-dev.
 */
final class GoVerifier {
    private static final String LIBRARY = "golang.org/x/mod/sumdb/tlog";

    private final Path program;

    private GoVerifier(Path program) {
        this.program = program;
    }

    /** Builds the program into a directory. */
    static GoVerifier build(Path directory) throws IOException, InterruptedException {
        assumeThat(isInstalled()).as("go with " + LIBRARY).isTrue();
        Path program = directory.resolve("verify_log");
        Result build = run(List.of("go", "build", "-o", program.toString(), "src/test/go/verify_log.go"));
        assertThat(build.exitCode()).as(build.output()).isZero();
        return new GoVerifier(program);
    }

    private static boolean isInstalled() throws InterruptedException {
        try {
            return run(List.of("go", "list", LIBRARY)).exitCode() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    /** Verifies the log in a directory. */
    Result verify(Path log) throws IOException, InterruptedException {
        return run(List.of(program.toString(), log.toString()));
    }

    private static Result run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("verify-log", ".txt");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().put("GO111MODULE", "off");
            builder.environment().put("GOPATH", "/usr/share/gocode");
            Process process = builder.start();
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("did not end: " + command);
            }
            return new Result(process.exitValue(), Files.readString(output, UTF_8));
        } finally {
            Files.delete(output);
        }
    }

    /**
     * What a run says.
     *
     * @param output what it printed, errors included
     */
    record Result(int exitCode, String output) {}
}
