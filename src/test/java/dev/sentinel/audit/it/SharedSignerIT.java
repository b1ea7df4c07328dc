package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.Command;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.ServerProcess;
import dev.sentinel.audit.TestClient;
import dev.sentinel.audit.Within;
import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.store.postgres.PostgresServer;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several processes sign one log. The one that signs is killed, or frozen and woken: no two checkpoints contradict each
 * other, and the next one comes soon.
 */
@Timeout(240)
final class SharedSignerIT {
    private static final Within WITHIN = Within.seconds(40);
    private static final String SIGNS = "became signing server";

    /** The lease, the wait of the server that takes over, and what a busy machine adds. */
    private static final Duration TAKE_OVER = Duration.ofSeconds(20);

    /** Each server is frozen once; {@code -Dsigner.rounds=100} for a long run. */
    private static final int ROUNDS = Integer.getInteger("signer.rounds", 2);

    @TempDir
    private Path directory;

    private final String url = PostgresServer.shared().newSchema();
    private final List<ServerProcess> started = new ArrayList<>();
    private final SeenCheckpoints checkpoints = new SeenCheckpoints();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final ExecutorService clients = Executors.newCachedThreadPool();

    private ServerProcess one;
    private ServerProcess two;

    /** The second server gets the key before the first one signs its first event, and learns the rest. */
    @BeforeEach
    void start() throws Exception {
        one = server("one");
        WITHIN.until("it signs", () -> "signing".equals(state(one)));
        Path signer = Files.createDirectories(directory.resolve("two/signer"));
        Files.copy(directory.resolve("one/signer/log-1.key"), signer.resolve("log-1.key"));
        two = server("two");
        post(one.client());
        WITHIN.until("the other one learns", () -> Files.exists(signer.resolve("log-1.key.state")));
    }

    @AfterEach
    void stop() throws InterruptedException {
        stopping.set(true);
        clients.shutdown();
        clients.awaitTermination(20, TimeUnit.SECONDS);
        started.forEach(ServerProcess::close);
    }

    @Test
    void signer_frozenAndWokenUnderLoad_contradictsNothing() throws Exception {
        load(one.client());
        load(two.client());
        ServerProcess signer = one;
        for (int round = 0; round < ROUNDS; round++) {
            ServerProcess other = signer == one ? two : one;
            long before = acknowledged.get();
            WITHIN.until("there is load", () -> acknowledged.get() > before + 500);
            int terms = terms(other);
            signer.freeze();
            WITHIN.until("the other one signs", () -> terms(other) > terms);
            coversSoon(other);
            signer.resume();
            ServerProcess woken = signer;
            WITHIN.until("the woken one follows", () -> "following".equals(state(woken)));
            signer = other;
        }
        assertNoForkAndNothingLost();
        System.out.println("MEASURED checkpoints=" + checkpoints.count() + " events=" + acknowledged.get());
    }

    @Test
    void signer_killedUnderLoad_isReplacedSoon() throws Exception {
        load(two.client());
        long before = acknowledged.get();
        WITHIN.until("there is load", () -> acknowledged.get() > before + 500);
        long began = System.nanoTime();
        one.kill();
        started.remove(one);
        WITHIN.until("the other one signs", () -> two.output().contains(SIGNS));
        coversSoon(two);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        System.out.println("MEASURED take-over of the signer after kill -9: " + took.toMillis() + " ms");
        assertThat(took).isLessThan(TAKE_OVER);

        one = server("one");
        WITHIN.until("it follows", () -> "following".equals(state(one)));
        assertNoForkAndNothingLost();
    }

    @Test
    void signer_terminated_isReplacedAtOnce() throws Exception {
        post(one.client());
        long began = System.nanoTime();
        assertThat(one.terminate()).isZero();
        started.remove(one);
        post(two.client());
        coversSoon(two);
        System.out.println(
                "MEASURED take-over of the signer after SIGTERM: " + (System.nanoTime() - began) / 1_000_000 + " ms");
        checkpoints.assertNoFork(two.client());
    }

    @Test
    void verify_ofServersAndExports_succeeds() throws Exception {
        for (int i = 0; i < 300; i++) {
            post(i % 2 == 0 ? one.client() : two.client());
        }
        coversSoon(two);
        Path key = Files.writeString(
                directory.resolve("log.vkey"), two.client().get("/log/key").body());
        Path kept = Files.writeString(
                directory.resolve("kept.note"),
                one.client().get("/log/checkpoint").body());
        post(two.client());
        coversSoon(one);

        for (ServerProcess server : List.of(one, two)) {
            String base = "http://127.0.0.1:" + server.client().port();
            Command verify = Command.run(
                    directory,
                    Map.of(),
                    "verify",
                    "--url",
                    base,
                    "--key",
                    key.toString(),
                    "--checkpoint",
                    kept.toString());
            assertThat(verify.exitCode()).as(verify.out() + verify.err()).isIn(0, 3);
            assertThat(verify.out()).containsAnyOf("result=VERIFIED", "result=PARTLY_ANCHORED");
            Path export = Files.writeString(
                    directory.resolve("export.ndjson"),
                    server.client().get("/v1/events/export?order=asc").body());
            Command exported =
                    Command.run(directory, Map.of(), "verify", "--export", export.toString(), "--key", key.toString());
            assertThat(exported.exitCode()).as(exported.out() + exported.err()).isZero();
        }
    }

    private void assertNoForkAndNothingLost() throws Exception {
        stopping.set(true);
        clients.shutdown();
        assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        for (ServerProcess server : started) {
            coversSoon(server);
        }
        ServerProcess signer = "signing".equals(state(one)) ? one : two;
        WITHIN.until("one signs", () -> "signing".equals(state(signer)));
        assertThat(Checkpoint.parse(SignedNote.parse(
                                        signer.client().get("/log/checkpoint").body())
                                .text())
                        .size())
                .isGreaterThanOrEqualTo(acknowledged.get());
        checkpoints.assertNoFork(signer.client());
    }

    /** A checkpoint covers all events of now, a second later on an idle machine. */
    private void coversSoon(ServerProcess server) throws Exception {
        long events = acknowledged.get();
        WITHIN.until("all are covered", () -> size(server.client()) >= events);
    }

    private static long size(TestClient client) {
        HttpResponse<String> answer = client.get("/log/checkpoint");
        return answer.statusCode() == 200
                ? Checkpoint.parse(SignedNote.parse(answer.body()).text()).size()
                : -1;
    }

    private void load(TestClient client) {
        for (int i = 0; i < 4; i++) {
            clients.execute(() -> {
                while (!stopping.get()) {
                    try {
                        post(client);
                        LockSupport.parkNanos(2_000_000);
                    } catch (UncheckedIOException | AssertionError gone) {
                        LockSupport.parkNanos(50_000_000);
                    }
                }
            });
        }
        clients.execute(() -> {
            while (!stopping.get()) {
                try {
                    checkpoints.look(client);
                    LockSupport.parkNanos(20_000_000);
                } catch (UncheckedIOException gone) {
                    LockSupport.parkNanos(50_000_000);
                }
            }
        });
    }

    private void post(TestClient client) {
        assertThat(client.post("application/json", SampleEvents.any()).statusCode())
                .isEqualTo(201);
        acknowledged.incrementAndGet();
    }

    private static int terms(ServerProcess server) throws Exception {
        return server.output().split(SIGNS, -1).length - 1;
    }

    private static String state(ServerProcess server) {
        return server.client().getJson("/v1/log").getString("state");
    }

    private ServerProcess server(String name) throws Exception {
        ServerProcess server = ServerProcess.start(
                directory.resolve(name),
                Map.of(
                        "DATABASE_URL",
                        url,
                        "DATABASE_TIMEOUT",
                        "5s",
                        "SIGNING_KEY_FILE",
                        directory.resolve(name + "/signer/log.key").toString()));
        started.add(server);
        return server;
    }
}
