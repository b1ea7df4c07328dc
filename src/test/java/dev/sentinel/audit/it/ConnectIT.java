package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.Command;
import dev.sentinel.audit.ServerProcess;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/sentinel connect}: what it prints lets an agent of that kind in, and no other. */
@Timeout(120)
final class ConnectIT {
    private static final Pattern TOKEN = Pattern.compile("Bearer ([^\"]+)\"");

    @TempDir
    private Path directory;

    @Test
    void connect_withKey_letsOnlyAgentsOfThatKindIn() throws Exception {
        Command refused = Command.run(directory, "connect", "claude-code", "--key");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("Add --close");

        Command made = Command.run(directory, "connect", "claude-code", "--key", "--close");
        assertThat(made.exitCode()).as(made.err()).isZero();
        Matcher token = TOKEN.matcher(made.out());
        assertThat(token.find()).as(made.out()).isTrue();

        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            assertThat(post(server, token.group(1), "claude-code/1")).isEqualTo(201);
            assertThat(post(server, token.group(1), "codex/1")).isEqualTo(403);
            assertThat(post(server, "wrong", "claude-code/1")).isEqualTo(401);
        }
    }

    @Test
    void connect_withoutKey_printsTheAddressOnly() throws Exception {
        Command printed =
                Command.run(directory, "connect", "otel", "--url", "https://audit.example.com/", "--agent", "a-7");
        assertThat(printed.exitCode()).as(printed.err()).isZero();
        assertThat(printed.out())
                .contains("OTEL_EXPORTER_OTLP_ENDPOINT=https://audit.example.com\n")
                .contains("sentinel.agent_instance_id=a-7")
                .doesNotContain("Bearer");

        assertThat(Command.run(directory, "connect", "codex", "--agent", "a").err())
                .contains("cannot be chosen");
        assertThat(Command.run(directory, "connect", "copilot", "--url", "ftp://x")
                        .exitCode())
                .isEqualTo(2);
        assertThat(Command.run(directory, "connect", "otel", "--key", "--close").err())
                .contains("--key needs --agent");
        Command wrong = Command.run(directory, "connect", "codex", "--key", "--close", "--url", "ftp://x");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(Command.run(directory, "keys", "list").out().lines())
                .as("a command that fails makes no key")
                .hasSize(1);
        assertThat(Command.run(directory, "connect", "emacs").err()).contains("claude-code, codex");
    }

    private static int post(ServerProcess server, String token, String agent) {
        String event = """
                {"event_id":"%s","agent_instance_id":"%s","trace_id":"t","actor":"agent","action_type":"tool_call",
                 "resource":"r","status":"success"}""".formatted(UUID.randomUUID(), agent);
        return server.client()
                .post(
                        BodyPublishers.ofString(event),
                        "Content-Type",
                        "application/json",
                        "Authorization",
                        "Bearer " + token)
                .statusCode();
    }
}
