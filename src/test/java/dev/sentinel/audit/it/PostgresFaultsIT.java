package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sentinel.audit.Ids;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.ServerProcess;
import dev.sentinel.audit.Within;
import dev.sentinel.audit.store.postgres.PostgresServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults of PostgreSQL under the packaged server: every event answered with 201 is stored once, and the server
 * recovers.
 */
@Timeout(120)
final class PostgresFaultsIT {
    private static final Within WITHIN = Within.seconds(30);
    private static final int CLIENTS = 24;

    private static final String TIMEOUT = "2s";

    @TempDir
    private Path directory;

    private final List<AutoCloseable> started = new ArrayList<>();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);

    private final Random random = new Random(3);

    private PostgresServer postgres;
    private String url;
    private ServerProcess server;

    private void start(Path disk, Map<String, String> settings) throws Exception {
        postgres = PostgresServer.start(disk, settings);
        started.add(0, postgres);
        url = postgres.newSchema();
        server = ServerProcess.start(directory, Map.of("DATABASE_URL", url, "DATABASE_TIMEOUT", TIMEOUT));
        started.add(0, server);
    }

    @AfterEach
    void stop() throws Exception {
        clients.shutdownNow();
        for (AutoCloseable each : started) {
            each.close();
        }
    }

    @Test
    void kill_underLoadAgainAndAgain_losesAndDoublesNothing() throws Exception {
        start(directory, Map.of());
        load();
        for (int kill = 0; kill < 3; kill++) {
            awaitMore(300);
            postgres.kill();
            awaitReady(503);
            postgres.startAgain();
            awaitReady(200);
        }
        awaitMore(300);

        assertStored();
    }

    @Test
    void diskFull_isAnsweredAndRecoveredFrom() throws Exception {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=128m", "sentinel-test", disk.toString()) == 0, "cannot mount");
        started.add(() -> run("umount", "--lazy", disk.toString()));
        start(disk, Map.of("max_wal_size", "48MB", "min_wal_size", "32MB", "wal_keep_size", "0"));

        HttpResponse<String> answer = post(incompressible());
        while (answer.statusCode() == 201) {
            answer = post(incompressible());
        }
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.body()).doesNotContain("INSERT", "audit_", disk.toString());
        awaitReady(503);
        assertThat(run("mount", "-o", "remount,size=400m", disk.toString())).isZero();
        if (!postgres.isRunning()) {
            // Without disk space for its log, PostgreSQL exits, and its supervisor restarts it.
            postgres.startAgain();
        }

        awaitReady(200);
        assertThat(post().statusCode()).isEqualTo(201);
        assertStored();
    }

    /** At any log level, and in any failure. */
    @Test
    void password_appearsInNoOutputAndNoAnswer() throws Exception {
        postgres = PostgresServer.start(directory, Map.of());
        started.add(0, postgres);
        url = postgres.newSchema().replace("irrelevant", "hunter2-is-the-password");
        server = ServerProcess.start(
                directory, Map.of("DATABASE_URL", url, "DATABASE_TIMEOUT", TIMEOUT, "LOG_LEVEL", "trace"));
        started.add(0, server);
        List<String> said = new ArrayList<>();
        said.add(post().body());

        postgres.kill();
        awaitReady(503);
        said.add(post().body());
        said.add(server.client().get("/v1/events").body());
        said.add(server.client().get("/health/ready").body());
        said.add(server.client().get("/metrics").body());
        server.terminate();
        said.add(server.output());

        assertThat(server.output()).contains("DEBUG", "database unavailable");
        assertThat(said).noneMatch(text -> text.contains("hunter2"));
    }

    /** PostgreSQL would compress any other text. */
    private String incompressible() {
        return Stream.generate(() -> new UUID(random.nextLong(), random.nextLong()))
                .limit(1_400)
                .map(UUID::toString)
                .collect(Collectors.joining("", "{\"text\":\"", "\"}"));
    }

    private void load() {
        for (int i = 0; i < CLIENTS; i++) {
            clients.execute(this::send);
        }
    }

    /** Like a correct client: retries each event until it is acknowledged. */
    private void send() {
        while (!Thread.currentThread().isInterrupted()) {
            UUID id = UUID.randomUUID();
            try {
                while (server.client()
                                .post("application/json", SampleEvents.of(id))
                                .statusCode()
                        != 201) {
                    TimeUnit.MILLISECONDS.sleep(20);
                }
                acknowledged.add(id.toString());
            } catch (InterruptedException | IllegalStateException stopped) {
                return;
            }
        }
    }

    private void awaitMore(int events) throws Exception {
        int target = acknowledged.size() + events;
        WITHIN.until("clients make progress", () -> acknowledged.size() >= target);
    }

    private HttpResponse<String> post() {
        return post("{}");
    }

    private HttpResponse<String> post(String metadata) {
        UUID id = UUID.randomUUID();
        HttpResponse<String> answer = server.client().post("application/json", SampleEvents.with(id, metadata));
        if (answer.statusCode() == 201) {
            acknowledged.add(id.toString());
        }
        return answer;
    }

    private void awaitReady(int status) throws Exception {
        WITHIN.until(
                "readiness becomes " + status,
                () -> server.client().get("/health/ready").statusCode() == status);
    }

    /** Every acknowledged event, no event twice, and positions without a gap. */
    private void assertStored() throws Exception {
        clients.shutdownNow();
        assertThat(clients.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        List<String> found = AgentRuns.walk(server, "/v1/events?limit=1000");
        Ids.assertContainsAll(found, acknowledged);
        int[] stored = new int[1];
        try {
            WITHIN.until("positions have no gap", () -> {
                // Again: a request that its client has left unanswered may be stored later.
                stored[0] = AgentRuns.walk(server, "/v1/events?limit=1000").size();
                return positions().equals(stored[0] + " " + stored[0] + " " + stored[0]);
            });
        } catch (AssertionError gap) {
            throw new AssertionError(
                    gap.getMessage() + "\nfound=" + stored[0] + "\npositions=" + positions() + "\nprogress="
                            + rows("audit_progress") + "\nsessions="
                            + rows("(SELECT pid, state, wait_event, now() - xact_start AS age, backend_xmin, query"
                                    + " FROM pg_stat_activity WHERE backend_type = 'client backend')")
                            + "\n" + server.output(),
                    gap);
        }
    }

    /** How many events have a position, how many there should be by the last one, and how many events there are. */
    private String positions() throws SQLException {
        return postgres.query(url, "SELECT count(seq) || ' ' || max(seq) + 1 || ' ' || count(*) FROM audit_log");
    }

    private String rows(String table) throws SQLException {
        return postgres.query(url, "SELECT json_agg(each)::text FROM " + table + " each");
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
