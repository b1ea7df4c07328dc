package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.ServerProcess;
import dev.sentinel.audit.Within;
import dev.sentinel.audit.store.postgres.PostgresServer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The sequencing leader dies, stops or hangs; another server soon takes over. */
@Timeout(120)
final class LeaderIT {
    private static final Within WITHIN = Within.seconds(30);

    @TempDir
    private Path directory;

    private ServerProcess leader;
    private ServerProcess follower;

    @BeforeEach
    void start() throws Exception {
        Map<String, String> environment =
                Map.of("DATABASE_URL", PostgresServer.shared().newSchema(), "DATABASE_TIMEOUT", "2s");
        leader = ServerProcess.start(directory.resolve("one"), environment);
        WITHIN.until("it leads", () -> leads(leader));
        follower = ServerProcess.start(directory.resolve("two"), environment);
        post(follower);
        assertThat(leads(follower)).isFalse();
    }

    @AfterEach
    void stop() {
        leader.close();
        follower.close();
    }

    @Test
    void leader_killed_isReplaced() throws Exception {
        long began = System.nanoTime();
        leader.kill();
        assertThat(takeOver(began, "kill -9")).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void leader_terminated_isReplaced() throws Exception {
        long began = System.nanoTime();
        assertThat(leader.terminate()).isZero();
        System.out.println("MEASURED stop: " + since(began).toMillis() + " ms");
        assertThat(takeOver(began, "SIGTERM")).isLessThan(Duration.ofSeconds(10));
    }

    /** It keeps its connection, and with it the lock, until the database ends the idle session. */
    @Test
    void leader_thatHangs_isReplacedAndFollowsWhenItResumes() throws Exception {
        leader.freeze();
        try {
            assertThat(takeOver(System.nanoTime(), "SIGSTOP")).isLessThan(Duration.ofSeconds(20));
        } finally {
            leader.resume();
        }
        String id = post(follower);
        WITHIN.until(
                "it resumes", () -> leader.client().get("/health/ready").statusCode() == 200 && sequenced(leader, id));
        assertThat(post(leader)).isNotEmpty();
    }

    private Duration takeOver(long began, String what) throws Exception {
        WITHIN.until("the other one leads", () -> leads(follower));
        Duration took = since(began);
        System.out.println("MEASURED take-over after " + what + ": " + took.toMillis() + " ms");
        String id = post(follower);
        WITHIN.until("it assigns positions", () -> sequenced(follower, id));
        return took;
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    private static boolean leads(ServerProcess server) throws Exception {
        return server.output().contains("became sequencing leader");
    }

    private static String post(ServerProcess server) {
        UUID id = UUID.randomUUID();
        assertThat(server.client().post("application/json", SampleEvents.of(id)).statusCode())
                .isEqualTo(201);
        return id.toString();
    }

    private static boolean sequenced(ServerProcess server, String id) {
        return new JsonObject(server.client().get("/v1/events/" + id).body()).containsKey("seq");
    }
}
