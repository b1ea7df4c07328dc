package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sentinel.audit.Command;
import dev.sentinel.audit.Ids;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.ServerProcess;
import dev.sentinel.audit.Within;
import dev.sentinel.audit.store.postgres.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several servers on one PostgreSQL, as processes, behind a real nginx. */
@Timeout(120)
final class InstancesIT {
    private static final Within WITHIN = Within.seconds(20);
    private static final String LEADS = "became sequencing leader";
    private static final int CLIENTS = 24;

    @TempDir
    private Path directory;

    private final String url = PostgresServer.shared().newSchema();
    private final List<AutoCloseable> started = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : started) {
            each.close();
        }
    }

    @Test
    void killLeader_underLoadThroughNginx_losesAndDoublesNothing() throws Exception {
        assumeThat(Nginx.isInstalled()).as("nginx and openssl are installed").isTrue();
        ServerProcess leader = server();
        WITHIN.until("the first server leads", () -> leader.output().contains(LEADS));
        ServerProcess other = server();
        Nginx nginx =
                Nginx.start(directory, leader.client().port(), other.client().port());
        started.add(nginx);
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        List<ToIntFunction<String>> posters = List.of(
                event -> post(nginx, event),
                event -> leader.client().post("application/json", event).statusCode(),
                event -> other.client().post("application/json", event).statusCode());
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        List<Future<?>> sending = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            ToIntFunction<String> post = posters.get(i % posters.size());
            sending.add(clients.submit(() -> send(post, acknowledged)));
        }

        WITHIN.until("there is load", () -> acknowledged.size() > 1_000);
        leader.kill();
        int atKill = acknowledged.size();
        WITHIN.until("another server leads", () -> other.output().contains(LEADS));
        WITHIN.until("the load continues", () -> acknowledged.size() > atKill + 1_000);
        clients.shutdownNow();
        for (Future<?> each : sending) {
            each.get();
        }

        List<String> found = AgentRuns.walk(other, "/v1/events?limit=1000");
        Ids.assertContainsAll(found, acknowledged);
        long total = 0;
        for (JsonNode agent : AgentRuns.agents(other)) {
            total += agent.get("total").asLong();
        }
        assertThat(total).as("totals").isEqualTo(found.size());
        WITHIN.until("all have a seq", () -> seqs(other).size() == found.size());
        assertThat(seqs(other))
                .containsExactlyElementsOf(
                        LongStream.range(0, found.size()).boxed().toList());
    }

    @Test
    void terminateLeader_idle_handsOver() throws Exception {
        ServerProcess leader = server();
        WITHIN.until("the first server leads", () -> leader.output().contains(LEADS));
        ServerProcess other = server();

        assertThat(leader.terminate()).isZero();

        WITHIN.until("the other server leads", () -> other.output().contains(LEADS));
        other.client().post("application/json", SampleEvents.any());
        WITHIN.until("it assigns a seq", () -> seqs(other).equals(List.of(0L)));
    }

    @Test
    void get_eventAcknowledgedByAnotherServer_isFound() throws Exception {
        ServerProcess one = server();
        ServerProcess other = server();

        for (int i = 1; i <= 200; i++) {
            ServerProcess writer = i % 2 == 0 ? one : other;
            ServerProcess reader = i % 2 == 0 ? other : one;
            UUID id = UUID.randomUUID();
            assertThat(writer.client()
                            .post("application/json", SampleEvents.of(id))
                            .statusCode())
                    .isEqualTo(201);
            assertThat(reader.client().get("/v1/events/" + id).statusCode()).isEqualTo(200);
            assertThat(reader.client()
                            .getJson("/v1/agents/agent-1/events?limit=1")
                            .getLong("total"))
                    .isEqualTo(i);
        }
    }

    @Test
    void start_ofThreeServersAtOnceOnAnEmptyDatabase_makesThemReady() throws Exception {
        List<CompletableFuture<ServerProcess>> starting = Stream.generate(
                        () -> CompletableFuture.supplyAsync(this::server))
                .limit(3)
                .toList();

        for (CompletableFuture<ServerProcess> each : starting) {
            assertThat(each.join().client().get("/health/ready").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void keys_madeAndRevoked_areThoseOfAllServers() throws Exception {
        Map<String, String> environment = Map.of("DATABASE_URL", url);
        String key = Command.run(directory, environment, "keys", "create", "--name", "k", "--scope", "admin")
                .out()
                .strip();
        String bearer = "Bearer " + key;
        List<ServerProcess> servers = List.of(server(), server());
        for (ServerProcess each : servers) {
            assertThat(each.client().get("/v1/events", "Authorization", bearer).statusCode())
                    .isEqualTo(200);
        }
        WITHIN.until("the act is captured", () -> each(servers.get(0), bearer).contains("keys.create"));

        String id = key.substring("snt_".length(), key.lastIndexOf('_'));
        Command.run(directory, environment, "keys", "create", "--name", "other", "--scope", "admin");
        assertThat(Command.run(directory, environment, "keys", "revoke", id).exitCode())
                .isZero();

        for (ServerProcess each : servers) {
            WITHIN.until(
                    "the key is revoked",
                    () -> each.client()
                                    .get("/v1/events", "Authorization", bearer)
                                    .statusCode()
                            == 401);
        }
        WITHIN.until(
                "three acts are captured once",
                () -> PostgresServer.shared()
                        .query(url, "SELECT string_agg(resource, ' ' ORDER BY arrival) FROM audit_events")
                        .equals("keys.create keys.create keys.revoke"));
    }

    private static String each(ServerProcess server, String bearer) {
        return server.client().get("/v1/events", "Authorization", bearer).body();
    }

    private ServerProcess server() {
        try {
            ServerProcess server = ServerProcess.start(directory, Map.of("DATABASE_URL", url));
            synchronized (started) {
                started.add(server);
            }
            return server;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends events until it is interrupted or its server is gone, each until it is acknowledged. */
    private static void send(ToIntFunction<String> post, Set<String> acknowledged) {
        while (!Thread.currentThread().isInterrupted()) {
            UUID id = UUID.randomUUID();
            try {
                while (post.applyAsInt(SampleEvents.of(id)) != 201) {
                    // As a client would: a server that is not ready needs the processor.
                    TimeUnit.MILLISECONDS.sleep(10);
                }
                acknowledged.add(id.toString());
            } catch (InterruptedException | UncheckedIOException | IllegalStateException gone) {
                return;
            }
        }
    }

    private static int post(Nginx nginx, String event) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + nginx.port() + "/v1/events"))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(30))
                .POST(BodyPublishers.ofString(event))
                .build();
        try {
            HttpResponse<Void> answer = nginx.client().send(request, BodyHandlers.discarding());
            return answer.statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The seqs of all sequenced events, in order. */
    private static List<Long> seqs(ServerProcess server) throws IOException {
        List<Long> seqs = new ArrayList<>();
        String next = "";
        do {
            JsonNode page = AgentRuns.JSON.readTree(
                    server.client().get("/v1/events?limit=1000" + next).body());
            page.get("events").forEach(event -> {
                if (event.has("seq")) {
                    seqs.add(event.get("seq").asLong());
                }
            });
            next = page.get("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + page.get("next_cursor").asText();
        } while (!next.isEmpty());
        return seqs.stream().sorted().toList();
    }
}
