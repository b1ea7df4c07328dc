package dev.sentinel.audit.ops.metrics;

import static dev.sentinel.audit.ops.metrics.TestServer.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.bus.LocalCodec;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.persist.Committed;
import dev.sentinel.audit.store.StoreStatus;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.lang.management.ManagementFactory;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsTest {
    private static final StoreStatus STATUS =
            new StoreStatus(1_000, 990, true, Map.of("log", 4_096L, "index", 8_192L), 123_456_789L);

    private final StatusStore store = new StatusStore(STATUS);
    private final Telemetry telemetry = new Telemetry("1.2.3");
    private final Vertx vertx = telemetry.vertxBuilder(new VertxOptions()).build();
    private final Bounds bounds =
            new Bounds(new Level(() -> 7, 8_192), new Level(() -> 11, 10_000), new Level(() -> 13, 1_000_000));

    private CommitMeters commits;
    private String deployment = "";
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        LocalCodec.register(vertx);
        deployment = deploy(Duration.ofMinutes(1));
        ApiResource events = router -> {
            router.route("/v1/*").handler(context -> context.next());
            router.get("/v1/events/:id").handler(context -> context.response().end("found"));
            router.get("/v1/agents/:id").handler(context -> context.fail(500));
        };
        server = new TestServer(vertx, events, new MetricsResource());
    }

    @AfterEach
    void stop() throws Exception {
        get(vertx.close());
        telemetry.close();
    }

    @Test
    void scrape_requestsWithParameters_countedByTemplateMethodAndCode() throws Exception {
        server.get("/v1/events/one");
        server.get("/v1/events/two");

        assertThat(lines())
                .contains("vertx_http_server_response_time_seconds_count{code=\"200\",method=\"GET\","
                        + "route=\"/v1/events/:id\"} 2");
    }

    @Test
    void scrape_requestThatFails_countedByTemplate() throws Exception {
        server.get("/v1/agents/one");

        assertThat(scrape()).contains("code=\"500\",method=\"GET\",route=\"/v1/agents/:id\"");
    }

    @Test
    void scrape_latency_hasBucketsFromHalfAMillisecondToTenSeconds() throws Exception {
        server.get("/v1/events/one");

        assertThat(lines())
                .filteredOn(line -> line.startsWith("vertx_http_server_response_time_seconds_bucket"))
                .filteredOn(line -> line.contains("route=\"/v1/events/:id\""))
                .extracting(line -> line.replaceAll(".*le=\"([^\"]+)\".*", "$1"))
                .containsExactly(
                        "5.0E-4", "0.001", "0.002", "0.005", "0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1.0", "2.0",
                        "5.0", "10.0", "+Inf");
    }

    @Test
    void scrape_unknownPath_isNotALabel() throws Exception {
        server.get("/no/such/path");

        assertThat(scrape()).doesNotContain("/no/such/path").contains("code=\"404\",method=\"GET\",route=\"none\"");
    }

    @Test
    void scrape_unknownMethod_isNotALabel() throws Exception {
        server.send("BREW", "/v1/events/one");

        assertThat(scrape()).doesNotContain("BREW").contains("method=\"other\"");
    }

    @Test
    void scrape_afterCommit_measuresDurationAndBatch() throws Exception {
        commits.accept(new Committed(42, 3, Duration.ofMillis(3).toNanos()));

        assertThat(lines())
                .contains(
                        "sentinel_commit_duration_seconds_count 1",
                        "sentinel_commit_duration_seconds_bucket{le=\"0.0025\"} 0",
                        "sentinel_commit_duration_seconds_bucket{le=\"0.005\"} 1",
                        "sentinel_commit_batch_events_bucket{le=\"20.0\"} 0",
                        "sentinel_commit_batch_events_bucket{le=\"50.0\"} 1",
                        "sentinel_commit_batch_events_sum 42.0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sentinel_build_info{version=\"1.2.3\"} 1",
                "sentinel_queue_depth 7.0",
                "sentinel_queue_capacity 8192.0",
                "sentinel_admission_events_in_flight 11.0",
                "sentinel_admission_events_limit 10000.0",
                "sentinel_admission_bytes_in_flight 13.0",
                "sentinel_admission_bytes_limit 1000000.0",
                "sentinel_index_lag_events 10.0",
                "sentinel_log_events 1000.0",
                "sentinel_store_writable 1.0",
                "sentinel_database_size_bytes{file=\"log\"} 4096.0",
                "sentinel_database_size_bytes{file=\"index\"} 8192.0",
                "sentinel_disk_free_bytes 1.23456789E8"
            })
    void scrape_gauge_hasValueTypeAndHelp(String sample) throws Exception {
        String name = sample.replaceAll("[{ ].*", "");

        assertThat(lines())
                .contains(sample, "# TYPE " + name + " gauge")
                .anyMatch(line -> line.matches("# HELP " + name + " \\S.*"));
    }

    @Test
    void scrape_storeCannotWrite_showsIt() throws Exception {
        store.set(new StoreStatus(1_000, 990, false, Map.of(), 1));

        assertThat(lines()).contains("sentinel_store_writable 0.0");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void scrape_memory_isThatOfTheWholeProcess() throws Exception {
        String name = "process_resident_memory_bytes ";
        double resident = lines().stream()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .findAny()
                .orElseThrow();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();

        assertThat(resident).isGreaterThan((double) heap);
    }

    @Test
    void scrape_everyMetric_hasHelp() throws Exception {
        server.get("/v1/events/one");

        assertThat(lines())
                .filteredOn(line -> line.startsWith("# HELP"))
                .hasSizeGreaterThan(30)
                .allMatch(line -> line.matches("# HELP \\S+ \\S.*"));
    }

    @Test
    void scrape_storeWithoutFiles_showsNeitherSizeNorDisk() throws Exception {
        get(vertx.undeploy(deployment));
        store.set(new StoreStatus(5, 5, true, Map.of(), Long.MAX_VALUE));
        deploy(Duration.ofMinutes(1));

        assertThat(scrape()).doesNotContain("sentinel_database_size", "sentinel_disk_free");
    }

    @Test
    void metrics_answer_isPrometheusText() throws Exception {
        HttpResponse<String> answer = server.get("/metrics");

        assertThat(answer.headers().firstValue("content-type")).contains("text/plain; version=0.0.4; charset=utf-8");
    }

    @Test
    void metrics_verticleStopped_answers503() throws Exception {
        get(vertx.undeploy(deployment));

        assertThat(server.get("/metrics").statusCode()).isEqualTo(503);
    }

    @Test
    void undeploy_gauges_areUnregistered() throws Exception {
        get(vertx.undeploy(deployment));

        assertThat(telemetry.scrape())
                .doesNotContain("sentinel_queue", "sentinel_commit", "sentinel_log", "sentinel_database");
    }

    @Test
    void scrape_promtool_findsNothing() throws Exception {
        server.get("/v1/events/one");
        commits.accept(new Committed(1, 1, 1_000_000));

        assertThat(Promtool.run(scrape(), "check", "metrics")).isEmpty();
    }

    @Test
    void throughput_eventsCommitted_logsOneLine() throws Exception {
        get(vertx.undeploy(deployment));
        try (LogLines log = new LogLines(MetricsVerticle.class)) {
            deploy(Duration.ofMillis(100));
            commits.accept(new Committed(42, 3, 3_000_000));
            server.await(() -> !log.all().isEmpty());

            assertThat(log.all())
                    .singleElement()
                    .asString()
                    .matches(
                            "INFO throughput events=42 per_second=\\d+\\.\\d requests=3 commits=1 p99_commit_ms=3\\.0");
        }
    }

    private String deploy(Duration logInterval) throws Exception {
        commits = new CommitMeters(telemetry.registry());
        return get(vertx.deployVerticle(
                new MetricsVerticle(telemetry, store, bounds, commits, logInterval),
                new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));
    }

    private String scrape() throws Exception {
        return server.get("/metrics").body();
    }

    private List<String> lines() throws Exception {
        return scrape().lines().toList();
    }
}
