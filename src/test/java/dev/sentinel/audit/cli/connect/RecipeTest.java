package dev.sentinel.audit.cli.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sentinel.audit.cli.connect.Recipe.Block;
import dev.sentinel.audit.cli.connect.Recipe.Values;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is printed is valid for the program that reads it: bash, a TOML parser, a JSON parser. */
final class RecipeTest {
    private static final String URL = "https://sentinel.example.com/audit";
    private static final String TOKEN = "snt_k7f3_0123456789abcdefghijklmnopqrstuv";

    @ParameterizedTest
    @EnumSource
    void blocks_withToken_areValidAndComplete(Recipe recipe) throws Exception {
        List<Block> blocks = recipe.blocks(new Values(URL, TOKEN, null));

        for (Block block : blocks) {
            assertThat(parsed(block)).as(block.text()).doesNotContain("{", "}");
            assertThat(block.place()).endsWith(":");
        }
        assertThat(blocks.toString()).contains(URL).contains(TOKEN);
    }

    @ParameterizedTest
    @EnumSource
    void blocks_withoutToken_nameNone(Recipe recipe) throws Exception {
        List<Block> blocks = recipe.blocks(new Values(URL, null, null));

        for (Block block : blocks) {
            assertThat(parsed(block)).isNotBlank();
        }
        assertThat(blocks.toString()).contains(URL).doesNotContainIgnoringCase("bearer", "api_key", "{token}");
    }

    @ParameterizedTest
    @EnumSource
    void blocks_withAgent_nameItWhereItCanBeChosen(Recipe recipe) {
        String text = recipe.blocks(new Values(URL, null, "billing-7")).toString();

        assertThat(text.contains("sentinel.agent_instance_id=billing-7")).isEqualTo(recipe.takesAgent());
        assertThat(recipe.takesAgent()).isEqualTo(recipe.agentPrefix().isEmpty());
    }

    /** Guides are on the server's pages too, so they must not be of another version. */
    @ParameterizedTest
    @EnumSource
    void guide_showsWhatIsPrinted(Recipe recipe) throws IOException {
        String guide = Files.readString(Path.of("src/site/markdown/connect.md"));

        for (Block block : recipe.blocks(new Values("http://localhost:8000", null, null))) {
            String fence = block.language().equals("sh") ? "bash" : block.language();
            assertThat(guide).contains("```" + fence + "\n" + block.text() + "```\n");
        }
    }

    @Test
    void named_everyLabel_isFound() {
        assertThat(Recipe.named("claude-code")).contains(Recipe.CLAUDE_CODE);
        assertThat(Recipe.named("CLAUDE_CODE")).isEmpty();
        assertThat(Recipe.names()).isEqualTo("claude-code, codex, gemini, copilot, traceloop, otel");
    }

    /** The values that the reader of the block gets. */
    private static String parsed(Block block) throws Exception {
        return switch (block.language()) {
            case "json" -> new JsonObject(block.text()).getMap().toString().replaceAll("[{}]", "");
            case "toml" -> {
                @Nullable String values = run(block.text(), "python3", "-c", TOML);
                assumeTrue(values != null, "python3 3.11 or newer");
                yield values;
            }
            default -> {
                String values = run("set -eu\n" + block.text() + "env", "bash", "-s");
                assertThat(values).isNotNull();
                for (String line : block.text().lines().toList()) {
                    String assignment = line.replaceFirst("^export ", "").replace("\"", "");
                    assertThat(values.lines()).as(line).contains(assignment);
                }
                yield block.text();
            }
        };
    }

    private static final String TOML = """
            import sys, tomllib
            otel = tomllib.loads(sys.stdin.read())["otel"]
            http = otel["exporter"]["otlp-http"]
            print(http["endpoint"], http["protocol"], http.get("headers", ""), sep="\\n", end="")
            assert http["protocol"] in ("binary", "json") and otel["log_user_prompt"] is False
            """;

    /** The output of a program; null if it failed. */
    private static @Nullable String run(String input, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.outputWriter(UTF_8).append(input).close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return process.exitValue() == 0 ? output.replaceAll("[{}]", "") : null;
    }
}
