package dev.sentinel.audit.http.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.Within;
import dev.sentinel.audit.redis.RedisServer;
import dev.sentinel.audit.store.postgres.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Limits of several servers of one log, with a real Redis. They are per hour, so that nothing is refilled. */
@Timeout(120)
final class SharedLimitTest {
    private static final String DEGRADED = "sentinel_rate_limit_degraded 1.0";
    private static final String SHARED = "sentinel_rate_limit_degraded 0.0";
    private static final String UP = "sentinel_redis_up 1.0";
    private static final String DOWN = "sentinel_redis_up 0.0";

    @TempDir
    private Path directory;

    @BeforeEach
    void requireRedis() throws Exception {
        assumeTrue(RedisServer.isInstalled(), "redis-server is not installed");
    }

    private static Map<String, String> environment(String redisUrl, String limit) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "DATABASE_URL",
                PostgresServer.shared().newSchema(),
                "READERS",
                "2",
                "WRITERS",
                "1",
                "RATE_LIMIT",
                limit,
                "REDIS_URL",
                redisUrl));
        // A machine that is busy with other tests must not make Redis look silent.
        environment.put("REDIS_TIMEOUT", "10s");
        return environment;
    }

    @Test
    void events_sentToThreeServersAtOnce_neverExceedTheLimit() throws Exception {
        try (RedisServer redis = RedisServer.start(directory, RedisServer.freePort())) {
            Map<String, String> environment = environment(redis.url(), "50/hour");
            try (RunningServer one = RunningServer.start(directory, environment);
                    RunningServer two = RunningServer.start(directory, environment);
                    RunningServer three = RunningServer.start(directory, environment)) {
                List<RunningServer> servers = List.of(one, two, three);
                awaitAll(servers, UP);

                List<Integer> statuses = postAll(servers, 120);

                assertThat(statuses).filteredOn(status -> status == 201).hasSize(50);
                assertThat(statuses).filteredOn(status -> status == 429).hasSize(70);
                assertThat(one.client().get("/v1/events").statusCode())
                        .as("queries are counted apart")
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void queries_ofTwoServers_areCountedTogether() throws Exception {
        try (RedisServer redis = RedisServer.start(directory, RedisServer.freePort())) {
            Map<String, String> environment = environment(redis.url(), "3/hour");
            try (RunningServer one = RunningServer.start(directory, environment);
                    RunningServer two = RunningServer.start(directory, environment)) {
                awaitAll(List.of(one, two), UP);
                assertThat(query(one)).isEqualTo(200);
                assertThat(query(two)).isEqualTo(200);
                assertThat(query(one)).isEqualTo(200);
                assertThat(query(two)).isEqualTo(429);
            }
        }
    }

    @Test
    void bytesOfADay_ofTwoServers_areCountedTogether() throws Exception {
        try (RedisServer redis = RedisServer.start(directory, RedisServer.freePort())) {
            Map<String, String> environment = environment(redis.url(), "");
            environment.put("DAILY_BYTES", "1000");
            try (RunningServer one = RunningServer.start(directory, environment);
                    RunningServer two = RunningServer.start(directory, environment)) {
                awaitAll(List.of(one, two), UP);
                String padded =
                        SampleEvents.any() + " ".repeat(600 - SampleEvents.any().length());
                assertThat(post(one, padded)).isEqualTo(201);
                assertThat(post(two, padded)).isEqualTo(429);
            }
        }
    }

    @Test
    void redis_frozen_eachServerGoesOnFromWhatItKnows() throws Exception {
        try (RedisServer redis = RedisServer.start(directory, RedisServer.freePort())) {
            Map<String, String> environment = environment(redis.url(), "10/hour");
            // Longer than a request takes on a busy machine: Redis knows of all six.
            environment.put("REDIS_TIMEOUT", "2s");
            try (RunningServer server = RunningServer.start(directory, environment)) {
                awaitAll(List.of(server), UP);
                assertThat(postAll(List.of(server), 6)).containsOnly(201);
                awaitAll(List.of(server), SHARED);
                redis.freeze();

                List<Integer> statuses = postAll(List.of(server), 10);

                assertThat(statuses).filteredOn(status -> status == 201).hasSize(4);
                assertThat(metrics(server)).contains(DEGRADED, DOWN);
                redis.resume();
                awaitAll(List.of(server), UP);
                assertThat(post(server, SampleEvents.any()))
                        .as("what was sent meanwhile counts in Redis, or here")
                        .isEqualTo(429);
            }
        }
    }

    @Test
    void redis_frozen_answersComeAtOnceAfterTheFirst() throws Exception {
        try (RedisServer redis = RedisServer.start(directory, RedisServer.freePort())) {
            Map<String, String> environment = environment(redis.url(), "1000/hour");
            environment.put("REDIS_TIMEOUT", "2s");
            try (RunningServer server = RunningServer.start(directory, environment)) {
                awaitAll(List.of(server), UP);
                redis.freeze();
                long begin = System.nanoTime();
                for (int i = 0; i < 10; i++) {
                    assertThat(post(server, SampleEvents.any())).isEqualTo(201);
                }
                // Ten times the timeout would be 20 s.
                assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin))
                        .isBetween(2L, 15L);
                redis.resume();
            }
        }
    }

    @Test
    void redis_awayAtTheStartAndRestartedLater_isUsedWheneverItIsThere() throws Exception {
        int port = RedisServer.freePort();
        Map<String, String> environment = environment("redis://127.0.0.1:" + port, "10/hour");
        try (RunningServer server = RunningServer.start(directory, environment)) {
            assertThat(post(server, SampleEvents.any())).isEqualTo(201);
            assertThat(metrics(server)).contains(DEGRADED, DOWN);
            for (int round = 0; round < 2; round++) {
                try (RedisServer redis = RedisServer.start(directory, port)) {
                    assertThat(redis.url()).endsWith(Integer.toString(port));
                    awaitAll(List.of(server), UP);
                    // The script is not known to a new Redis.
                    assertThat(post(server, SampleEvents.any())).isEqualTo(201);
                    assertThat(metrics(server)).contains(SHARED);
                }
                awaitAll(List.of(server), DOWN);
            }
        }
    }

    @Test
    void password_wrongOrRight_decidesWhetherLimitsAreShared() throws Exception {
        int port = RedisServer.freePort();
        try (RedisServer redis = RedisServer.start(directory, port, "--requirepass", "pa:ss word")) {
            assertThat(redis.url()).isNotEmpty();
            String address = "@127.0.0.1:" + port;
            try (RunningServer wrong =
                            RunningServer.start(directory, environment("redis://:other" + address, "10/hour"));
                    RunningServer right = RunningServer.start(
                            directory, environment("redis://:pa%3Ass%20word" + address, "10/hour"))) {
                awaitAll(List.of(right), UP);
                assertThat(post(right, SampleEvents.any())).isEqualTo(201);
                assertThat(metrics(right)).contains(SHARED);
                assertThat(post(wrong, SampleEvents.any())).isEqualTo(201);
                assertThat(metrics(wrong)).contains(DEGRADED);
            }
        }
    }

    private static List<Integer> postAll(List<RunningServer> servers, int events)
            throws InterruptedException, ExecutionException {
        List<CompletableFuture<Integer>> posts = IntStream.range(0, events)
                .mapToObj(i ->
                        CompletableFuture.supplyAsync(() -> post(servers.get(i % servers.size()), SampleEvents.any())))
                .toList();
        CompletableFuture.allOf(posts.toArray(CompletableFuture[]::new)).get();
        return posts.stream().map(CompletableFuture::join).toList();
    }

    private static int post(RunningServer server, String event) {
        return server.client().post("application/json", event).statusCode();
    }

    private static int query(RunningServer server) {
        return server.client().get("/v1/events").statusCode();
    }

    private static String metrics(RunningServer server) {
        return server.client().get("/metrics").body();
    }

    private static void awaitAll(List<RunningServer> servers, String metric) throws IOException, InterruptedException {
        for (RunningServer server : servers) {
            Within.seconds(20).until(metric, () -> metrics(server).contains(metric));
        }
    }
}
