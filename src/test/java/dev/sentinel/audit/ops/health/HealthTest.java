package dev.sentinel.audit.ops.health;

import static dev.sentinel.audit.ops.metrics.TestServer.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.bus.LocalCodec;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.ops.metrics.Level;
import dev.sentinel.audit.ops.metrics.LogLines;
import dev.sentinel.audit.ops.metrics.StatusStore;
import dev.sentinel.audit.ops.metrics.TestServer;
import dev.sentinel.audit.store.StoreStatus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthTest {
    private static final long MIN_FREE = 1_000;
    private static final StoreStatus FINE = new StoreStatus(10, 10, true, Map.of(), MIN_FREE);
    private static final StoreStatus BROKEN = new StoreStatus(10, 10, false, Map.of(), MIN_FREE);
    private static final StoreStatus FULL = new StoreStatus(10, 10, true, Map.of(), MIN_FREE - 1);

    private final Vertx vertx = Vertx.vertx();
    private final StatusStore store = new StatusStore(FINE);
    private final AtomicLong depth = new AtomicLong();
    private final AtomicInteger evaluations = new AtomicInteger();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong refusedPerEvaluation = new AtomicLong();
    private final List<SharedBound> bounds =
            List.of(new SharedBound("events", () -> refused.addAndGet(refusedPerEvaluation.get())));
    private final Readiness readiness = new Readiness();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final LogLines log = new LogLines(HealthVerticle.class);

    private String deployment = "";
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        LocalCodec.register(vertx);
        Level queue = new Level(
                () -> {
                    evaluations.incrementAndGet();
                    return depth.get();
                },
                100);
        deployment = get(vertx.deployVerticle(new HealthVerticle(
                store,
                queue,
                bounds,
                MIN_FREE,
                readiness,
                List.of(),
                registry,
                Duration.ofMillis(20),
                Duration.ofMillis(20))));
        server = new TestServer(vertx, new HealthResource());
    }

    @AfterEach
    void stop() throws Exception {
        log.close();
        get(vertx.close());
    }

    @Test
    void live_always_isUp() throws Exception {
        store.set(BROKEN);

        HttpResponse<String> answer = server.get("/health/live");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(answer.body()).getString("status")).isEqualTo("UP");
    }

    @ParameterizedTest
    @CsvSource({"/health/live", "/health/ready"})
    void answer_anyProbe_isNotCached(String path) throws Exception {
        assertThat(server.get(path).headers().firstValue("cache-control")).contains("no-store");
    }

    @Test
    void ready_allUp_namesEveryCheck() throws Exception {
        HttpResponse<String> answer = server.get("/health/ready");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(checks(answer))
                .isEqualTo(Map.of("store", "UP", "queue", "UP", "bounds", "UP", "disk", "UP", "lifecycle", "UP"));
    }

    @Test
    void ready_storeCannotWrite_isDown() throws Exception {
        store.onProbe(() -> Future.failedFuture(new Unavailable("disk full")));
        store.set(BROKEN);

        assertThat(checks(awaitStatus(503))).containsEntry("store", "DOWN");
    }

    @Test
    void ready_diskFull_isDown() throws Exception {
        store.set(FULL);

        assertThat(checks(awaitStatus(503))).containsEntry("disk", "DOWN").containsEntry("store", "UP");
    }

    @Test
    void ready_queueNineTenthsFull_isDown() throws Exception {
        depth.set(90);

        assertThat(checks(awaitStatus(503))).containsEntry("queue", "DOWN");
    }

    @Test
    void ready_queueBelowNineTenths_isUp() throws Exception {
        depth.set(90);
        awaitStatus(503);
        depth.set(89);

        assertThat(checks(awaitStatus(200))).containsEntry("queue", "UP");
    }

    @Test
    void ready_boundUsedUpForAWhile_isDownUntilItIsNot() throws Exception {
        refusedPerEvaluation.set(1);
        HttpResponse<String> down = awaitStatus(503);
        refusedPerEvaluation.set(0);

        assertThat(checks(down)).containsEntry("bounds", "DOWN").containsEntry("queue", "UP");
        assertThat(down.body()).contains("\"used_up\":[\"events\"]");
        assertThat(checks(awaitStatus(200))).containsEntry("bounds", "UP");
    }

    /** Retries absorb a moment of overload. */
    @Test
    void ready_boundUsedUpForAMoment_staysUp() throws Exception {
        refused.set(1_000);
        int now = evaluations.get();
        server.await(() -> evaluations.get() > now + 5);

        assertThat(server.get("/health/ready").statusCode()).isEqualTo(200);
        assertThat(log.all()).isEmpty();
    }

    @Test
    void ready_shutdownBegins_isDown() throws Exception {
        readiness.shutDown();

        assertThat(checks(awaitStatus(503))).containsEntry("lifecycle", "DOWN");
    }

    @Test
    void ready_checksDoNotAnswer_isDown() throws Exception {
        get(vertx.undeploy(deployment));

        assertThat(server.get("/health/ready").statusCode()).isEqualTo(503);
    }

    @Test
    void ready_checkThrows_hidesWhy() throws Exception {
        get(vertx.undeploy(deployment));
        Level broken = new Level(
                () -> {
                    throw new IllegalStateException("/secret/path");
                },
                100);
        get(vertx.deployVerticle(
                new HealthVerticle(store, broken, List.of(), MIN_FREE, readiness, List.of(), registry)));

        assertThat(server.get("/health/ready").body()).contains("\"DOWN\"").doesNotContain("/secret/path");
    }

    @Test
    void gauge_ready_followsTheChecks() throws Exception {
        double before = registry.get("sentinel.ready").gauge().value();
        store.set(FULL);
        awaitStatus(503);

        assertThat(before).isEqualTo(1);
        assertThat(registry.get("sentinel.ready").gauge().value()).isZero();
    }

    @Test
    void undeploy_gauge_isUnregistered() throws Exception {
        get(vertx.undeploy(deployment));

        assertThat(registry.find("sentinel.ready").gauge()).isNull();
    }

    @Test
    void storeProbe_storeRecovers_readyWithoutTraffic() throws Exception {
        store.onProbe(() -> {
            store.set(FINE);
            return Future.succeededFuture();
        });
        store.set(BROKEN);

        server.await(() -> log.all().size() == 2);

        assertThat(checks(server.get("/health/ready"))).containsEntry("store", "UP");
    }

    @Test
    void storeProbe_storeStaysBroken_retries() throws Exception {
        store.onProbe(() -> Future.failedFuture(new Unavailable("disk full")));
        store.set(BROKEN);

        server.await(() -> store.probes() >= 3);
    }

    @Test
    void storeProbe_probeHangs_isNotFollowedByAnother() throws Exception {
        store.onProbe(() -> Promise.<Void>promise().future());
        store.set(BROKEN);
        int now = evaluations.get();
        server.await(() -> evaluations.get() > now + 5);

        assertThat(store.probes()).isEqualTo(1);
    }

    @Test
    void storeProbe_storeWritable_isNotProbed() throws Exception {
        depth.set(90);
        awaitStatus(503);

        assertThat(store.probes()).isZero();
    }

    @Test
    void change_toNotReadyAndBack_logsOneLineEach() throws Exception {
        store.set(FULL);
        awaitStatus(503);
        store.set(FINE);
        awaitStatus(200);

        assertThat(log.all()).hasSize(2);
        assertThat(log.all().get(0)).startsWith("WARN not ready checks=disk ").contains("effect=");
        assertThat(log.all().get(1)).isEqualTo("INFO ready again");
    }

    private HttpResponse<String> awaitStatus(int status) throws Exception {
        server.await(() -> lastLoggedStatus() == status);
        HttpResponse<String> answer = server.get("/health/ready");
        assertThat(answer.statusCode()).isEqualTo(status);
        return answer;
    }

    /** The status that the last log line stands for. */
    private int lastLoggedStatus() {
        return log.all().isEmpty() || log.all().get(log.all().size() - 1).startsWith("INFO") ? 200 : 503;
    }

    private static Map<String, String> checks(HttpResponse<String> answer) {
        JsonArray checks = new JsonObject(answer.body()).getJsonArray("checks");
        return checks.stream()
                .map(JsonObject.class::cast)
                .collect(Collectors.toMap(c -> c.getString("id"), c -> c.getString("status")));
    }
}
