package dev.sentinel.audit.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How {@code bin/env.sh} reads the env file: it understands a line, or it stops. */
final class EnvFileTest {
    private static final String PRINT = ". bin/env.sh && printf '%s' \"$API_TOKEN\"";

    @TempDir
    private Path directory;

    private record Result(int exitCode, String output) {}

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`API_TOKEN=abc`, abc",
                "`  API_TOKEN=abc`, abc",
                "`export API_TOKEN=abc`, abc",
                "`API_TOKEN = abc`, abc",
                "`API_TOKEN=abc  `, abc",
                "`API_TOKEN=abc\r`, abc",
                "`\uFEFFAPI_TOKEN=abc`, abc",
                "`\uFEFFexport API_TOKEN = \"abc\" # the token`, abc",
                "`API_TOKEN=\"abc\"`, abc",
                "`API_TOKEN='abc'`, abc",
                "`API_TOKEN='a\"b #$\\c'`, `a\"b #$\\c`",
                "`API_TOKEN=\"a'b # c\"`, `a'b # c`",
                "`API_TOKEN=a\"b'c#d`, `a\"b'c#d`",
                "`API_TOKEN=a=b`, a=b",
                "`# API_TOKEN=xyz\n\n \t\nAPI_TOKEN=abc`, abc",
                "`API_TOKEN=`, ``"
            })
    void line_understood_setsTheVariable(String content, String value) throws Exception {
        assertThat(read(content)).isEqualTo(new Result(0, value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api_token=hunter2",
                "Api_Token=hunter2",
                "API_TOKEN",
                "API_TOKEN: hunter2",
                "export API_TOKEN",
                "set API_TOKEN=hunter2",
                "API-TOKEN=hunter2",
                "1API_TOKEN=hunter2",
                "=hunter2",
                "API_TOKEN=\"hunter2",
                "API_TOKEN='hunter2",
                "API_TOKEN=\"hunter2'",
                "API_TOKEN='hunter2'x",
                "API_TOKEN=\"hunter2\\n\"",
                "API_TOKEN=\"$HOME\"",
                "API_TOKEN=hunter2 # the token",
                "\u00A0API_TOKEN=hunter2",
                "DATA_DIR=a\n\uFEFFAPI_TOKEN=hunter2"
            })
    void line_notUnderstood_stops(String content) throws Exception {
        Result result = read("# comment\n" + content);

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.output())
                .contains("sentinel.env line " + (content.contains("\n") ? 3 : 2) + ": ")
                .doesNotContain("hunter2");
    }

    @Test
    void variable_alreadySet_takesPrecedence() throws Exception {
        assertThat(run("API_TOKEN=first; " + PRINT, "API_TOKEN=second")).isEqualTo(new Result(0, "first"));
    }

    @Test
    void names_areHandedOn() throws Exception {
        assertThat(run(". bin/env.sh; printf '%s' \"$SENTINEL_ENV_NAMES\"", "A=1\nexport API_TOKN=x"))
                .isEqualTo(new Result(0, "A API_TOKN"));
    }

    private Result read(String content) throws Exception {
        return run(PRINT, content);
    }

    private Result run(String script, String content) throws IOException, InterruptedException {
        Path file = Files.writeString(directory.resolve("sentinel.env"), content);
        ProcessBuilder builder =
                new ProcessBuilder(List.of("bash", "-c", "home=$PWD; " + script)).redirectErrorStream(true);
        builder.environment().remove("API_TOKEN");
        builder.environment().put("SENTINEL_ENV_FILE", file.toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Result(process.waitFor(), output);
    }
}
