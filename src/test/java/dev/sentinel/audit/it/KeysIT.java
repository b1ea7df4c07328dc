package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.Command;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.ServerProcess;
import dev.sentinel.audit.Within;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys from the command line, while the server runs. */
@Timeout(120)
final class KeysIT {
    private static final Within WITHIN = Within.seconds(10);

    @TempDir
    private Path directory;

    @Test
    void keys_madeRotatedAndRevoked_takeEffectWithoutARestart() throws Exception {
        String admin = create("--name", "auditor", "--scope", "admin");
        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            assertThat(post(server, "nothing")).isEqualTo(401);

            String key = create("--name", "billing agents", "--scope", "ingest,read", "--expires", "90d");
            WITHIN.until("the new key is valid", () -> post(server, key) == 201);

            saveView(server, key);

            Command rotated = Command.run(directory, "keys", "rotate", id(key));
            String next = rotated.out().strip();
            WITHIN.until("the next key is valid", () -> post(server, next) == 201);
            WITHIN.until("the old key is not", () -> post(server, key) == 401);
            WITHIN.until(
                    "the next key has the views of the old one",
                    () -> views(server, next).contains("What I watch"));

            assertThat(Command.run(directory, "keys", "revoke", id(next)).exitCode())
                    .isZero();
            WITHIN.until("the revoked key is not", () -> post(server, next) == 401);

            WITHIN.until("four acts are captured", () -> acts(server, admin).size() == 4);
            assertThat(acts(server, admin))
                    .extracting(act -> act.getString("resource"))
                    .containsExactly("keys.revoke", "keys.rotate", "keys.create", "keys.create");
            JsonObject act = acts(server, admin).get(0);
            assertThat(act.getString("actor")).isEqualTo("human");
            assertThat(act.getString("submitted_by")).isEqualTo("sentinel");
            assertThat(act.getJsonObject("metadata").getString("key_id")).isEqualTo(id(next));
            assertThat(act.getJsonObject("metadata").getString("name")).isEqualTo("billing agents");

            assertThat(server.terminate()).isZero();
            assertNowhere(List.of(admin, key, next), server.output());
        }
        String list = Command.run(directory, "keys", "list").out();
        assertThat(list.lines()).hasSize(4);
        assertThat(list.lines().filter(line -> line.endsWith("active"))).hasSize(1);
        assertThat(list.lines().filter(line -> line.contains("never  active")))
                .as("used at " + list)
                .isEmpty();
    }

    @Test
    void keyFile_isReadableByItsOwnerOnly() throws Exception {
        create("--name", "n");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(directory.resolve("sentinel_audit.keys.db"))))
                .isEqualTo("rw-------");
    }

    @Test
    void command_thatIsWrong_saysWhy() throws Exception {
        for (String[] arguments : new String[][] {
            {"keys", "create"},
            {"keys", "create", "--name", "n", "--scope", "write"},
            {"keys", "create", "--name", "n", "--expires", "soon"},
            {"keys", "create", "--name", "n", "--rate-limit", "many"},
            {"keys", "create", "--name", "password=hunter2xyz"},
            {"keys", "create", "--name", "n", "--agent-prefix", "ghp_16C7e42F292c6912E7710c838347Ae178B4a"},
            {"keys", "revoke", "nosuchid"}
        }) {
            Command command = Command.run(directory, arguments);
            assertThat(command.exitCode()).as(String.join(" ", arguments)).isEqualTo(2);
            assertThat(command.out()).isEmpty();
            assertThat(command.err()).isNotBlank().doesNotContain("Exception");
        }
    }

    private String create(String... options) throws IOException, InterruptedException {
        String[] arguments =
                Stream.concat(Stream.of("keys", "create"), Stream.of(options)).toArray(String[]::new);
        Command command = Command.run(directory, arguments);
        assertThat(command.exitCode()).as(command.err()).isZero();
        return command.out().strip();
    }

    private static String id(String token) {
        return token.split("_", -1)[1];
    }

    private static int post(ServerProcess server, String token) {
        return server.client()
                .post(
                        BodyPublishers.ofString(SampleEvents.any()),
                        "Content-Type",
                        "application/json",
                        "Authorization",
                        "Bearer " + token)
                .statusCode();
    }

    private static void saveView(ServerProcess server, String token) {
        int status = server.client()
                .postTo(
                        "/v1/views",
                        BodyPublishers.ofString("{\"name\":\"What I watch\",\"path\":\"/ui/runs\"}"),
                        "Content-Type",
                        "application/json",
                        "Authorization",
                        "Bearer " + token)
                .statusCode();
        assertThat(status).isEqualTo(201);
    }

    private static String views(ServerProcess server, String token) {
        return server.client()
                .get("/v1/views", "Authorization", "Bearer " + token)
                .body();
    }

    private static List<JsonObject> acts(ServerProcess server, String token) {
        String body = server.client()
                .get("/v1/agents/sentinel/events", "Authorization", "Bearer " + token)
                .body();
        JsonArray events = new JsonObject(body).getJsonArray("events");
        return events.stream().map(JsonObject.class::cast).toList();
    }

    private void assertNowhere(List<String> secrets, String output) throws IOException {
        StringBuilder everything = new StringBuilder(output);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                everything.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        secrets.forEach(secret -> assertThat(everything.indexOf(secret)).isEqualTo(-1));
    }
}
