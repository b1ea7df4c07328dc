package dev.sentinel.audit.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.web.Browser.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long people wait for the dashboard, and whether it scrolls without a jerk. {@code -Dsentinel.ui.events=1000000}
 * measures with that many events, and {@code target/dashboard-speed.txt} has the figures. The bounds are far above what
 * a machine takes that does nothing else: they find what grows with the log.
 */
@ExtendWith(BrowserExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
final class DashboardSpeedTest {
    private static final long EVENTS = Long.getLong("sentinel.ui.events", 20_000);
    private static final int BATCH = 5_000;
    private static final int RUNS = 5;
    private static final int STEPS = 10_000;
    private static final double MAX_WORK_MS = 40;

    private static final long DAY_MS = 86_400_000;
    private static final Instant START = Instant.parse("2026-11-02T00:00:00Z");
    private static final String DAY = "from=2026-11-02T00:00:00Z&to=2026-11-03T00:00:00Z";

    private final StringBuilder figures = new StringBuilder();
    private RunningServer server;
    private Window window;
    private Page page;
    private CDPSession devtools;

    @BeforeAll
    void fill(@TempDir Path directory, Browser browser) {
        server = RunningServer.start(directory);
        for (long first = 0; first < EVENTS; first += BATCH) {
            String batch = LongStream.range(first, Math.min(EVENTS, first + BATCH))
                    .mapToObj(DashboardSpeedTest::event)
                    .collect(Collectors.joining("\n"));
            assertThat(server.client().post("application/x-ndjson", batch).statusCode())
                    .isEqualTo(201);
        }
        for (long first = 0; first < STEPS; first += BATCH) {
            String batch = LongStream.range(first, first + BATCH)
                    .mapToObj(DashboardSpeedTest::step)
                    .collect(Collectors.joining("\n"));
            assertThat(server.client().post("application/x-ndjson", batch).statusCode())
                    .isEqualTo(201);
        }
        // Waits until the index has them all.
        server.client().getJson("/v1/events?limit=1");
        window = browser.window(server.client().port());
        page = window.page();
        devtools = page.context().newCDPSession(page);
        JsonObject processorTime = new JsonObject();
        processorTime.addProperty("timeDomain", "threadTicks");
        devtools.send("Performance.enable", processorTime);
        window.show("/ui/agents", "Last seen");
    }

    @AfterAll
    void stop() throws IOException {
        window.close();
        server.close();
        Files.writeString(Path.of("target/dashboard-speed.txt"), figures);
    }

    @Test
    @Order(1)
    void list_ofAllEvents_isThereAtOnce() {
        assertThat(shown(
                        "list",
                        "/ui/events",
                        page.locator(".grid-body .grid-row").first()))
                .isLessThan(3_000);
    }

    @Test
    @Order(2)
    void list_ofRareEvents_isThereAtOnce() {
        assertThat(shown(
                        "list of denied",
                        "/ui/events?query=status:denied",
                        page.locator(".grid-body .grid-row").first()))
                .isLessThan(3_000);
    }

    @Test
    @Order(3)
    void list_scrolled_worksLittleForEachFrame() {
        window.go("/ui/events", "events so far");
        page.locator(".grid-body .grid-row").first().waitFor();

        assertThat(workOfAFrame("a frame while scrolling")).isLessThan(MAX_WORK_MS);
    }

    @Test
    @Order(4)
    void facets_ofAFilter_areCountedInABoundedTime() {
        assertThat(shown(
                        "facets of a filter",
                        "/ui/events?facets=1&query=resource:tool-7&" + DAY,
                        page.locator(".facets strong")))
                .isLessThan(10_000);
        record("events of that filter that were counted", page.locator(".facets [role=status]"));
        assertThat(shown("facets of all", "/ui/events?facets=1&" + DAY, page.locator(".facets strong")))
                .isLessThan(3_000);
    }

    @Test
    @Order(5)
    void overviewAndRuns_areThereAtOnce() {
        assertThat(shown(
                        "overview",
                        "/ui/?" + DAY,
                        page.locator(".timeline canvas").first()))
                .isLessThan(3_000);
        assertThat(shown(
                        "runs", "/ui/runs", page.locator(".grid-body .grid-row").first()))
                .isLessThan(3_000);
    }

    @Test
    @Order(6)
    void trace_ofTenThousandSteps_isThereAsAWhole() {
        Locator count = page.locator(".count", new Page.LocatorOptions().setHasText("10,000 events"));

        assertThat(shown("trace of 10,000 steps", "/ui/trace?id=long", count)).isLessThan(10_000);

        assertThat(workOfAFrame("a frame while scrolling that trace")).isLessThan(MAX_WORK_MS);
    }

    /** The time in ms until a view shows something, the median of some. */
    private double shown(String what, String path, Locator something) {
        List<Double> times = LongStream.range(0, RUNS)
                .mapToObj(run -> {
                    window.go("/ui/agents", "Last seen");
                    long start = System.nanoTime();
                    page.evaluate("""
                            path => {
                              history.pushState(null, "", path);
                              dispatchEvent(new PopStateEvent("popstate"));
                            }
                            """, path);
                    something.waitFor();
                    return (System.nanoTime() - start) / 1e6;
                })
                .sorted()
                .toList();
        double median = times.get(RUNS / 2);
        record(what, median);
        return median;
    }

    /**
     * The processor time of the page for a frame while the list is scrolled, in ms on average. The time between two
     * frames, which is recorded, also has what else the machine does, in whole steps of the screen.
     */
    private double workOfAFrame(String what) {
        double before = workMs();
        List<Double> frames = frames();
        double work = (workMs() - before) / frames.size();
        record(what + ", median", frames.get(frames.size() / 2));
        record(what + ", 95th percentile", frames.get(frames.size() * 95 / 100));
        record("processor time of the page for " + what, work);
        return work;
    }

    /** The processor time of the page's thread until now: scripts, layout and painting. */
    private double workMs() {
        for (JsonElement metric : devtools.send("Performance.getMetrics").getAsJsonArray("metrics")) {
            if (metric.getAsJsonObject().get("name").getAsString().equals("TaskDuration")) {
                return metric.getAsJsonObject().get("value").getAsDouble() * 1_000;
            }
        }
        throw new AssertionError("Chromium does not measure tasks");
    }

    /** The times between the frames in ms, while the list is scrolled by 200 pixels in each. Ascending. */
    private List<Double> frames() {
        @SuppressWarnings("unchecked")
        List<Number> frames = (List<Number>) page.evaluate("""
                async () => {
                  const grid = document.querySelector(".rows .grid");
                  const frames = [];
                  let last = await new Promise(requestAnimationFrame);
                  for (let frame = 0; frame < 240; frame++) {
                    grid.scrollTop += 200;
                    const now = await new Promise(requestAnimationFrame);
                    frames.push(now - last);
                    last = now;
                  }
                  return frames;
                }
                """);
        return frames.stream().map(Number::doubleValue).sorted().toList();
    }

    private void record(String what, double ms) {
        figures.append(String.format(Locale.ROOT, "%,d events, %s: %.1f ms%n", EVENTS, what, ms));
    }

    private void record(String what, Locator text) {
        figures.append(String.format(Locale.ROOT, "%,d events, %s: %s%n", EVENTS, what, text.innerText()));
    }

    /** On the next day: 100 ms after the one before. */
    private static String step(long number) {
        return event(number)
                .replace("-0000-000000000001\"", "-0000-000000000002\"")
                .replaceFirst(
                        "\"timestamp\":\"[^\"]+\"", "\"timestamp\":\"" + START.plusMillis(DAY_MS + number * 100) + "\"")
                .replaceFirst("\"trace_id\":\"[^\"]+\"", "\"trace_id\":\"long\"");
    }

    /** Of 40 agents and 50 tools, over a day: 20 of each run, 4 % errors, 1 % denied. */
    private static String event(long number) {
        String status = number % 25 == 0 ? "error" : number % 100 == 7 ? "denied" : "success";
        return "{\"event_id\":\"" + new UUID(number, 1) + "\",\"timestamp\":\""
                + START.plusMillis(number * DAY_MS / EVENTS) + "\",\"agent_instance_id\":\"agent-" + number % 40
                + "\",\"trace_id\":\"run-" + number / 20 + "\",\"session_id\":\"chat-" + number / 100
                + "\",\"actor\":\"agent\",\"action_type\":\"tool_call\",\"resource\":\"tool-" + number % 50
                + "\",\"status\":\"" + status + "\",\"latency_ms\":" + number % 997
                + ",\"metadata\":{\"step\":" + number + ",\"query\":\"where is my order\"}}";
    }
}
