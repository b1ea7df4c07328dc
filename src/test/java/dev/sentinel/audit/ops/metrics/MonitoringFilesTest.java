package dev.sentinel.audit.ops.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.evidence.tlog.SigningKey;
import dev.sentinel.audit.evidence.tlog.VerifierKey;
import dev.sentinel.audit.ingest.FeedMeters;
import dev.sentinel.audit.ingest.feed.Feed;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The monitoring files in {@code conf} match the server's metrics, and the README documents all of them. */
final class MonitoringFilesTest {
    private static final Path PROMETHEUS = Path.of("conf/prometheus");
    private static final Path RULES = PROMETHEUS.resolve("sentinel.rules.yml");
    private static final Path RULES_TEST = PROMETHEUS.resolve("sentinel.rules.test.yml");
    private static final Path DASHBOARD = Path.of("conf/grafana/sentinel.json");

    // Not the names of recording rules, which contain a colon.
    private static final Pattern METRIC =
            Pattern.compile("(?<![\\w:])(sentinel|vertx|jvm|process|system)_\\w+(?![\\w:])");
    private static final Pattern ALERT = Pattern.compile("(?m)^ *- alert: (\\w+)$");
    private static final Pattern TESTED = Pattern.compile("(?m)^ *- name: (\\w+)$");

    /** In code spans, also with labels; not the name of the database. */
    private static final Pattern NAMED = Pattern.compile("`(sentinel_(?!audit)[a-z_]+|Sentinel[A-Z]\\w+)(?=`|\\{)");

    private static String scrape = "";

    /** The series names of a server that has used every feature. */
    @BeforeAll
    static void scrape(@TempDir Path directory) throws IOException {
        // Nobody listens there.
        VerifierKey witness =
                SigningKey.generateWitness("w1.example.com", new SecureRandom()).verifierKey();
        Path policy = Files.writeString(
                directory.resolve("policy"), "witness w1 " + witness + " http://127.0.0.1:1\nquorum w1\n");
        Map<String, String> environment = Map.of(
                "WITNESS_POLICY",
                policy.toString(),
                "REDIS_URL",
                "redis://127.0.0.1:1",
                "DESTINATIONS",
                "lake",
                "DESTINATION_LAKE",
                "file:" + directory + "/lake");
        try (RunningServer server = RunningServer.start(directory, environment)) {
            assertThat(server.client()
                            .post("application/json", SampleEvents.any())
                            .statusCode())
                    .isEqualTo(201);
            assertThat(server.client().get("/v1/events").statusCode()).isEqualTo(200);
            // The pause metrics exist after the first pause.
            for (int i = 0; i < 100 && !(scrape.contains("jvm_gc_pause") && scrape.contains("sentinel_forward")); i++) {
                System.gc();
                scrape = server.client().get("/metrics").body();
            }
        }
        scrape += feed();
    }

    /** Those of a server with a feed, which comes with a plugin. */
    private static String feed() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        FeedMeters.counted(registry, messages -> Future.succeededFuture(List.of()));
        Feed feed = new Feed() {
            @Override
            public void start() {}

            @Override
            public long lag() {
                return 7;
            }

            @Override
            public boolean isFailing() {
                return true;
            }

            @Override
            public Future<Void> close() {
                return Future.succeededFuture();
            }
        };
        FeedMeters.register(registry, feed);
        return registry.scrape();
    }

    /** Guides for other matters name metrics and alerts as well. */
    @Test
    void guides_everyMetricAndAlert_exists() throws Exception {
        Set<String> known = new TreeSet<>(series());
        known.addAll(names(ALERT, Files.readString(RULES)));
        try (Stream<Path> guides = Files.list(Path.of("src/site/markdown"))) {
            for (Path guide : guides.toList()) {
                assertThat(names(NAMED, Files.readString(guide)))
                        .as(guide.toString())
                        .allSatisfy(name -> assertThat(known)
                                .anyMatch(each -> each.equals(name) || each.matches(name + "_(bucket|count|sum|max)")));
            }
        }
    }

    @Test
    void rules_everyMetric_isExposed() throws Exception {
        Set<String> used = metrics(Files.readString(RULES));

        assertThat(used).hasSizeGreaterThan(10);
        assertThat(series()).containsAll(used);
    }

    @Test
    void rules_everyAlert_isTested() throws Exception {
        List<String> alerts = names(ALERT, Files.readString(RULES));

        assertThat(alerts).hasSizeGreaterThan(10).doesNotHaveDuplicates();
        assertThat(names(TESTED, Files.readString(RULES_TEST))).containsExactlyInAnyOrderElementsOf(alerts);
    }

    @Test
    void rules_promtool_findsNothing() throws Exception {
        Promtool.check("check", "rules", "--lint=all", "--lint-fatal", RULES.toString());
    }

    @Test
    void config_promtool_findsNothing() throws Exception {
        Promtool.check(
                "check",
                "config",
                "--lint=all",
                "--lint-fatal",
                PROMETHEUS.resolve("prometheus.yml").toString());
    }

    @Test
    void rulesTest_promtool_passes() throws Exception {
        Promtool.check("test", "rules", RULES_TEST.toString());
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "resident memory is known only on Linux")
    void dashboard_everyMetric_isExposed() {
        Set<String> used = metrics(String.join("\n", expressions()));

        assertThat(used).hasSizeGreaterThan(20);
        assertThat(series()).containsAll(used);
    }

    @Test
    void dashboard_everyExpression_isPromql(@TempDir Path directory) throws Exception {
        JsonArray rules = new JsonArray();
        for (String expression : expressions()) {
            rules.add(new JsonObject()
                    .put("record", "panel:expression:" + rules.size())
                    .put("expr", expression.replace("$__rate_interval", "1m")));
        }
        JsonObject group = new JsonObject().put("name", "dashboard").put("rules", rules);
        // JSON is valid YAML.
        Path file = Files.writeString(
                directory.resolve("dashboard.yml"),
                new JsonObject().put("groups", new JsonArray().add(group)).encode());

        Promtool.check("check", "rules", file.toString());
    }

    @Test
    void dashboard_everyPanel_hasDescriptionAndUnit() {
        assertThat(panels()).allSatisfy(panel -> {
            String title = panel.getString("title");
            assertThat(panel.getString("description")).as(title).isNotBlank();
            assertThat(panel.getJsonObject("fieldConfig")
                            .getJsonObject("defaults")
                            .getString("unit"))
                    .as(title)
                    .isNotBlank();
            assertThat(panel.getJsonObject("datasource").getString("uid"))
                    .as(title)
                    .isEqualTo("${datasource}");
        });
    }

    @Test
    void dashboard_panels_doNotOverlap() {
        Set<String> cells = new TreeSet<>();
        for (JsonObject panel : dashboard().getJsonArray("panels").stream()
                .map(JsonObject.class::cast)
                .toList()) {
            JsonObject at = panel.getJsonObject("gridPos");
            assertThat(at.getInteger("x") + at.getInteger("w")).isLessThanOrEqualTo(24);
            for (int x = 0; x < at.getInteger("w"); x++) {
                for (int y = 0; y < at.getInteger("h"); y++) {
                    String cell = (at.getInteger("x") + x) + "," + (at.getInteger("y") + y);
                    assertThat(cells.add(cell)).as(panel.getString("title")).isTrue();
                }
            }
        }
    }

    @Test
    void guide_tables_nameEveryMetricAndAlert() throws Exception {
        String monitoring = Files.readString(Path.of("src/site/markdown/monitoring.md"));
        List<String> families = names(Pattern.compile("(?m)^# TYPE (sentinel_\\w+) "), scrape);

        assertThat(names(Pattern.compile("(?m)^\\| `(sentinel_\\w+)"), monitoring))
                .containsExactlyInAnyOrderElementsOf(families.stream()
                        // Our registry adds it to a histogram; for a reader it is not a separate metric.
                        .filter(family -> !family.endsWith("_max"))
                        .toList());
        assertThat(names(Pattern.compile("(?m)^\\| `(Sentinel\\w+)"), monitoring))
                .containsExactlyInAnyOrderElementsOf(names(ALERT, Files.readString(RULES)));
    }

    private static Set<String> series() {
        return scrape.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.replaceFirst("[{ ].*", ""))
                .collect(Collectors.toSet());
    }

    private static Set<String> metrics(String text) {
        return new TreeSet<>(
                METRIC.matcher(text).results().map(found -> found.group()).toList());
    }

    private static List<String> names(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group(1)).toList();
    }

    private static List<String> expressions() {
        List<String> expressions = new ArrayList<>();
        for (JsonObject panel : panels()) {
            panel.getJsonArray("targets").stream()
                    .map(target -> ((JsonObject) target).getString("expr"))
                    .forEach(expressions::add);
        }
        dashboard().getJsonObject("annotations").getJsonArray("list").stream()
                .map(annotation -> ((JsonObject) annotation).getString("expr"))
                .forEach(expressions::add);
        return expressions;
    }

    /** Without the headings of rows. */
    private static List<JsonObject> panels() {
        return dashboard().getJsonArray("panels").stream()
                .map(JsonObject.class::cast)
                .filter(panel -> !Objects.equals(panel.getString("type"), "row"))
                .toList();
    }

    private static JsonObject dashboard() {
        try {
            return new JsonObject(Files.readString(DASHBOARD));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
