package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sentinel.audit.Command;
import dev.sentinel.audit.Ids;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.ServerProcess;
import dev.sentinel.audit.store.postgres.PostgresServer;
import dev.sentinel.audit.store.sqlite.PythonFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/sentinel migrate} as seen by operators and scripts. */
@Timeout(120)
final class MigrateIT {
    /** Enough to kill two copies in the middle. As objects, all of them would take 21 MB. */
    private static final int MANY = 30_000;

    private static final int BATCH = 10_000;

    /** Of 18 MB for objects that stay, so the copy cannot hold all events. */
    private static final String LITTLE_MEMORY = "-Xmx24m -Xms24m -Xmn6m";

    private static final String FROM_LOG = "sqlite:sentinel_audit.db";

    @TempDir
    private Path directory;

    @TempDir
    private Path elsewhere;

    private final PostgresServer postgres = PostgresServer.shared();
    private final String url = postgres.newSchema();

    @Test
    void agentRuns_migrated_giveTheSameAnswers() throws Exception {
        List<String> before;
        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            server.client().post("application/x-ndjson", AgentRuns.ndjson());
            before = answers(server);
            assertThat(server.terminate()).isZero();
        }

        Command migrate = migrate();

        assertThat(migrate.exitCode()).as(migrate.err()).isZero();
        assertThat(migrate.out()).matches("migrate: verified events=2854 agents=\\d+ digest=sha256:[0-9a-f]{64}\n");
        try (ServerProcess server = ServerProcess.start(elsewhere, Map.of("DATABASE_URL", url))) {
            assertThat(answers(server)).isEqualTo(before);
        }
    }

    @Test
    void kill_twiceDuringTheCopy_thereAndBack_resumes_inLittleMemory() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            List<String> lines = AgentRuns.lines();
            for (int from = 0; from < MANY; from += BATCH) {
                StringBuilder body = new StringBuilder();
                for (int i = from; i < from + BATCH; i++) {
                    body.append(lines.get(i % lines.size())
                                    .replaceFirst(
                                            "\"event_id\": ?\"[^\"]*\"", "\"event_id\":\"" + new UUID(42, i) + "\""))
                            .append('\n');
                }
                assertThat(server.client()
                                .post("application/x-ndjson", body.toString())
                                .body())
                        .startsWith("{\"captured\":" + BATCH);
            }
        }
        long afterFirst = killedAt(5_000, directory, FROM_LOG, url, this::inPostgres);
        long afterSecond = killedAt(afterFirst + 5_000, directory, FROM_LOG, url, this::inPostgres);
        assertThat(ServerProcess.refused(elsewhere, Map.of("DATABASE_URL", url)))
                .satisfies(refusal -> assertThat(refusal.exitCode()).isEqualTo(1))
                .satisfies(refusal -> assertThat(refusal.output()).contains("is unfinished"));

        Command last =
                Command.run(directory, Map.of("JAVA_OPTS", LITTLE_MEMORY), "migrate", "--from", FROM_LOG, "--to", url);

        assertThat(last.exitCode()).as(last.err()).isZero();
        assertThat(last.out()).startsWith("migrate: verified events=" + MANY + " ");
        assertThat(afterSecond).isLessThan(MANY);
        assertThat(postgres.query(url, "SELECT count(*) || ' ' || max(arrival) FROM audit_events"))
                .isEqualTo(MANY + " " + (MANY - 1));
        comesBack();
    }

    private void comesBack() throws Exception {
        String back = "sqlite://" + elsewhere.resolve("sentinel_audit.db");
        long afterFirst = killedAt(5_000, directory, url, back, this::inTheUnfinishedFile);
        long afterSecond = killedAt(afterFirst + 5_000, directory, url, back, this::inTheUnfinishedFile);

        Command last =
                Command.run(directory, Map.of("JAVA_OPTS", LITTLE_MEMORY), "migrate", "--from", url, "--to", back);

        assertThat(last.exitCode()).as(last.err()).isZero();
        assertThat(last.out()).startsWith("migrate: verified events=" + MANY + " ");
        assertThat(afterSecond).isLessThan(MANY);
        assertThat(events(elsewhere.resolve("sentinel_audit.db"))).isEqualTo(MANY);
    }

    @Test
    void cutOver_whileClientsSend_losesNothing() throws Exception {
        List<String> acknowledged = new ArrayList<>();
        AtomicBoolean enough = new AtomicBoolean();
        CountDownLatch some = new CountDownLatch(200);
        Command serving;
        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            CompletableFuture<Void> client = CompletableFuture.runAsync(() -> {
                while (!enough.get()) {
                    UUID id = UUID.randomUUID();
                    if (server.client()
                                    .post("application/json", SampleEvents.of(id))
                                    .statusCode()
                            == 201) {
                        acknowledged.add(id.toString());
                        some.countDown();
                    }
                }
            });
            assertThat(some.await(60, TimeUnit.SECONDS)).isTrue();
            serving = migrate();
            enough.set(true);
            client.join();
            assertThat(server.terminate()).isZero();
        }

        Command stopped = migrate();

        assertThat(serving.exitCode()).as(serving.err()).isZero();
        assertThat(serving.err()).contains("more were added to the source meanwhile");
        assertThat(stopped.exitCode()).as(stopped.err()).isZero();
        assertThat(stopped.err()).doesNotContain("meanwhile");
        try (ServerProcess server = ServerProcess.start(elsewhere, Map.of("DATABASE_URL", url))) {
            Ids.assertSame(AgentRuns.walk(server, "/v1/events?limit=1000"), acknowledged);
        }
    }

    @Test
    void keys_created_areValidOnTheTargetToo() throws Exception {
        String token = Command.run(directory, "keys", "create", "--name", "n", "--scope", "admin")
                .out()
                .strip();
        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            assertThat(server.client()
                            .get("/v1/agents", "Authorization", "Bearer " + token)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(server.terminate()).isZero();
        }

        Command migrate = migrate();

        assertThat(migrate.exitCode()).as(migrate.err()).isZero();
        try (ServerProcess server = ServerProcess.start(elsewhere, Map.of("DATABASE_URL", url))) {
            assertThat(server.client().get("/v1/agents").statusCode()).isEqualTo(401);
            assertThat(server.client()
                            .get("/v1/agents", "Authorization", "Bearer " + token)
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void pythonFile_withBadRows_isServedBothWays() throws Exception {
        PythonFile python = new PythonFile(directory.resolve("python.db"), "metadata");
        python.add("agent-1", "{\"n\":1,\"password\":\"hunter2\"}");
        python.add("no-id", "agent-2", "tool_call", "{}");
        String from = "sqlite:python.db";

        Command toPostgres = Command.run(directory, "migrate", "--from", from, "--to", url);
        Command toFile = Command.run(
                directory, "migrate", "--from", from, "--to", "sqlite://" + elsewhere.resolve("sentinel_audit.db"));

        for (Command command : List.of(toPostgres, toFile)) {
            assertThat(command.exitCode()).as(command.err()).isEqualTo(3);
            assertThat(command.err()).contains("migrate: refused row=2 reason=\"/event_id must be a UUID");
            assertThat(command.out())
                    .matches("migrate: verified events=1 agents=1 digest=sha256:[0-9a-f]{64} refused=1\n");
        }
        for (Map<String, String> environment : List.of(Map.<String, String>of(), Map.of("DATABASE_URL", url))) {
            try (ServerProcess server = ServerProcess.start(elsewhere, environment)) {
                assertThat(server.client().get("/v1/agents/agent-1/events").body())
                        .contains("\"password\":\"[REDACTED]\"", "\"timestamp\":\"2024-05-01T12:00:00.123456Z\"");
            }
        }
    }

    @Test
    void pythonFile_withManyBadRows_reportsEachInAFile() throws Exception {
        PythonFile python = new PythonFile(directory.resolve("python.db"), "metadata");
        for (int i = 0; i < 25; i++) {
            python.add("agent-" + i, "{}");
        }
        python.execute("UPDATE audit_events SET resource = CAST(x'6265666f7265006166746572' AS TEXT) WHERE id <= 24");
        String to = "sqlite://" + elsewhere.resolve("sentinel_audit.db");

        Command migrate = Command.run(directory, "migrate", "--from", "sqlite:python.db", "--to", to);

        assertThat(migrate.exitCode()).as(migrate.err()).isEqualTo(3);
        assertThat(migrate.out()).startsWith("migrate: verified events=1 ").endsWith(" refused=24\n");
        Matcher line = Pattern.compile("migrate: report refused=24 changed=0 file=(.+)")
                .matcher(migrate.err());
        assertThat(line.find()).as(migrate.err()).isTrue();
        Path report = Path.of(line.group(1));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(report)))
                .isEqualTo("rw-------");
        List<String> rows = Files.readAllLines(report);
        assertThat(rows).hasSize(24);
        JsonNode last = AgentRuns.JSON.readTree(rows.get(23));
        assertThat(last.get("row").asInt()).isEqualTo(24);
        assertThat(last.get("result").asText()).isEqualTo("refused");
        assertThat(last.get("reason").asText()).isEqualTo("/resource has a NUL character");
        assertThat(last.get("event").get("resource").asText()).isEqualTo("before\0after");
    }

    @Test
    void start_onADatabaseOfThePythonServer_namesTheCommand() throws Exception {
        Path file = directory.resolve("sentinel_audit.db");
        new PythonFile(file, "metadata").add("agent-1", "{}");

        ServerProcess.Refusal refusal = ServerProcess.refused(directory, Map.of());

        assertThat(refusal.exitCode()).isEqualTo(1);
        assertThat(refusal.output().lines())
                .singleElement()
                .asString()
                .contains("mv " + file + " " + file + ".python && bin/sentinel migrate --from sqlite://" + file
                        + ".python");
        Files.move(file, directory.resolve("sentinel_audit.db.python"));
        Command migrate = Command.run(directory, "migrate", "--from", "sqlite://" + file + ".python");
        assertThat(migrate.exitCode()).as(migrate.err()).isZero();
    }

    @Test
    void exitCode_tellsTheResult() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            server.client().post("application/json", SampleEvents.any());
        }
        assertFails(2, "must be different", "--from", url, "--to", url);
        assertFails(2, "must be different", "--from", FROM_LOG, "--to", FROM_LOG);
        assertFails(2, "Missing required option", "--to", url);
        assertFails(2, "--to=postgresql://***", "--from", FROM_LOG, "--to", "postgresql://u:irrelevant@h:99999/d");
        assertFails(1, "does not exist", "--from", "sqlite:no.db", "--to", url);
        assertFails(
                1,
                "postgresql://u@localhost:1/d",
                "--from",
                FROM_LOG,
                "--to",
                "postgresql://u:irrelevant@localhost:1/d");
        assertThat(migrate().exitCode()).isZero();
        String other = postgres.newSchema();
        assertFails(1, "use pg_dump and pg_restore", "--from", url, "--to", other);
        Command merge = Command.run(directory, "migrate", "--merge", "--from", url, "--to", other);
        assertThat(merge.exitCode()).as(merge.err()).isZero();
        assertThat(postgres.query(other, "SELECT count(*) FROM audit_events")).isEqualTo("1");
        try (Connection connection = postgres.connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE audit_events SET status = 'denied'");
        }
        Command mismatch = migrate();
        assertThat(mismatch.exitCode()).isEqualTo(4);
        assertThat(mismatch.out()).startsWith("migrate: MISMATCH seq=0 event_id=");
    }

    @Test
    void terminate_duringTheCopy_saysHowToContinue() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            server.client().post("application/json", SampleEvents.any());
        }
        // Another session locks the tables, so that the migration takes long enough.
        assertThat(migrate().exitCode()).isZero();
        try (Connection connection = postgres.connect(url);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE audit_events");
            Process process = launch(directory, FROM_LOG, url);
            until(
                    () -> postgres.query(
                                    url,
                                    "SELECT count(*) FROM pg_locks WHERE NOT granted"
                                            + " AND relation = 'audit_events'::regclass")
                            .equals("1"),
                    process);
            // Through the handle: Process.destroy would close its output too.
            process.toHandle().destroy();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).isEqualTo(143);
            assertThat(output).isEqualTo("migrate: stopped; run the same command to continue\n");
        }
    }

    private Command migrate() throws Exception {
        return Command.run(directory, "migrate", "--from", FROM_LOG, "--to", url);
    }

    private void assertFails(int exitCode, String reason, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("migrate"));
        all.addAll(List.of(arguments));
        Command command = Command.run(directory, all.toArray(String[]::new));
        assertThat(command.exitCode()).as(command.err()).isEqualTo(exitCode);
        assertThat(command.out()).isEmpty();
        assertThat(command.err()).contains(reason).doesNotContain("irrelevant", "Exception", "\tat ");
    }

    /** Starts a migration, kills it when the target holds {@code events}, and returns how many it finally held. */
    private static long killedAt(long events, Path data, String from, String to, Callable<Long> held) throws Exception {
        Process process = launch(data, from, to);
        until(() -> held.call() >= events, process);
        process.destroyForcibly().waitFor();
        return held.call();
    }

    private long inPostgres() throws Exception {
        return postgres.query(url, "SELECT to_regclass('audit_events') IS NOT NULL")
                        .equals("t")
                ? Long.parseLong(postgres.query(url, "SELECT count(*) FROM audit_events"))
                : 0;
    }

    private long inTheUnfinishedFile() {
        Path file = elsewhere.resolve("sentinel_audit.db.migrating");
        return Files.exists(file) ? events(file) : 0;
    }

    private static long events(Path file) {
        try (Connection log = DriverManager.getConnection("jdbc:sqlite:" + file);
                ResultSet row = log.createStatement().executeQuery("SELECT count(*) FROM audit_events")) {
            return row.getLong(1);
        } catch (SQLException withoutTablesYet) {
            return 0;
        }
    }

    private static Process launch(Path data, String from, String to) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder("bin/sentinel", "migrate", "--from", from, "--to", to).redirectErrorStream(true);
        builder.environment().put("DATA_DIR", data.toString());
        return builder.start();
    }

    /** An effect of another process. */
    @FunctionalInterface
    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void until(Condition condition, Process process) throws Exception {
        while (!condition.holds()) {
            assertThat(process.isAlive()).as("it is still running").isTrue();
            // Each look is a session of its own, and the other process needs the processor.
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /** Every answer about the events as sent on the wire: all pages of all lists, and each event. */
    private static List<String> answers(ServerProcess server) throws Exception {
        List<String> answers = new ArrayList<>();
        List<JsonNode> events = pages(server, "/v1/events?limit=1000", answers, page -> page.get("events"));
        pages(server, "/v1/events?limit=500&status=error&status=denied", answers, page -> page.get("events"));
        List<JsonNode> agents = pages(server, "/v1/agents?limit=3", answers, page -> page.get("agents"));
        for (JsonNode agent : agents) {
            String id = agent.get("agent_instance_id").asText();
            pages(server, "/v1/agents/" + id + "/events?limit=300", answers, page -> page.get("events"));
            answers.add(server.client().get("/v1/agents/" + id).body());
        }
        for (String trace : events.stream()
                .map(event -> event.get("trace_id").asText())
                .distinct()
                .toList()) {
            pages(server, "/v1/traces/" + trace + "?limit=40", answers, page -> page.get("events"));
        }
        answers.addAll(events.parallelStream()
                .map(event -> server.client()
                        .get("/v1/events/" + event.get("event_id").asText())
                        .body())
                .toList());
        return answers;
    }

    private static List<JsonNode> pages(
            ServerProcess server, String path, List<String> answers, Function<JsonNode, JsonNode> items)
            throws Exception {
        List<JsonNode> all = new ArrayList<>();
        String next = "";
        while (next != null) {
            String body = server.client()
                    .get(path + (next.isEmpty() ? "" : "&cursor=" + next))
                    .body();
            answers.add(body);
            JsonNode page = AgentRuns.JSON.readTree(body);
            items.apply(page).forEach(all::add);
            next = page.get("next_cursor").isNull()
                    ? null
                    : page.get("next_cursor").asText();
        }
        return all;
    }
}
