package dev.sentinel.audit.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.BoundingBox;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.web.Browser.Window;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the page of a trace says of the whole trace. */
@ExtendWith(BrowserExtension.class)
final class TraceViewTest {
    private static final Instant START = Instant.parse("2026-11-02T08:00:00Z");

    private RunningServer server;
    private Window window;
    private Page page;

    @BeforeEach
    void start(@TempDir Path directory, Browser browser) {
        server = RunningServer.start(directory);
        window = browser.window(server.client().port());
        page = window.page();
    }

    @AfterEach
    void stop() {
        assertThat(window.complaints()).isEmpty();
        window.close();
        server.close();
    }

    /** A root span lasts from the start to the end: its label had no place beside it. */
    @Test
    void root_isLabelledWithinTheWindow() {
        post(event("run", 0, 40_000), event("step", 1_000, 500), event("end", 38_000, 2_500));
        window.show("/ui/trace?id=trace-1", "40.0 s");

        BoundingBox label = page.locator(".w-label").first().boundingBox();
        BoundingBox axis = page.locator(".grid-body .w-span").first().boundingBox();
        assertThat(page.locator(".w-label").first()).containsText("40.0 s");
        assertThat(label.x).isGreaterThanOrEqualTo(axis.x);
        assertThat(label.x + label.width).isLessThanOrEqualTo(axis.x + axis.width);
    }

    @Test
    void took_countsTheLastLatency() {
        post(event("first", 0, 100), event("last", 10_000, 5_000));
        window.show("/ui/trace?id=trace-1", "What happened");

        assertThat(summary("Took")).hasText("15.0 s");
        assertThat(page.locator(".tick.last")).hasText("+15.0 s");
    }

    /** More than the server gives at once, with the problems and the end behind it. */
    @Test
    void trace_longerThanAPage_isShownAsAWhole() {
        String steps = IntStream.range(0, 2_400)
                .mapToObj(step -> event("step-" + step, step * 10L, 5)
                        .put("status", step == 2_300 ? "error" : step == 2_350 ? "denied" : "success")
                        .encode())
                .collect(Collectors.joining("\n"));
        server.client().post("application/x-ndjson", steps);
        window.show("/ui/trace?id=trace-1", "2,400 events");

        assertThat(page.getByText("Next of 2 problems")).isVisible();
        assertThat(page.locator(".tick.last")).hasText("+24.0 s");
        page.keyboard().press("n");
        assertThat(page.locator(".grid-row.selected")).containsText("step-2300");
        page.keyboard().press("n");
        assertThat(page.locator(".grid-row.selected")).containsText("step-2350");
    }

    @Test
    void agents_ofATrace_haveColorsOfTheirOwn() {
        post(event("plan", 0, 100), event("search", 200, 300).put("agent_instance_id", "agent-2"));
        window.show("/ui/trace?id=trace-1", "What happened");

        Locator bars = page.locator(".w-bar");
        String color = "bar => getComputedStyle(bar).backgroundColor";
        assertThat(bars.first().evaluate(color)).isNotEqualTo(bars.last().evaluate(color));
        assertThat(page.locator(".grid-body .w-agent")).hasText(new String[] {"agent-1", "agent-2"});
        assertThat(summary("Agents").locator("a")).hasText(new String[] {"agent-1", "agent-2"});
        assertThat(window.inspect("trace-agents")).isEmpty();
    }

    @Test
    void trace_thatGoesOn_showsItsNewEvents() {
        post(event("first", 0, 100));
        window.show("/ui/trace?id=trace-1", "What happened");
        assertThat(page.locator(".count")).hasText("1 event");

        post(event("second", 5_000, 900));

        assertThat(page.locator(".grid-body .w-resource")).hasText(new String[] {"first", "second"}, patient());
        assertThat(summary("Took")).hasText("5.90 s");
    }

    /** What the view polls for is seen within a few seconds. */
    private static LocatorAssertions.HasTextOptions patient() {
        return new LocatorAssertions.HasTextOptions().setTimeout(20_000);
    }

    private Locator summary(String name) {
        return page.locator(".summary > div")
                .filter(new Locator.FilterOptions()
                        .setHas(page.locator("dt", new Page.LocatorOptions().setHasText(name))))
                .locator("dd");
    }

    private void post(JsonObject... events) {
        for (JsonObject event : events) {
            assertThat(server.client().post("application/json", event.encode()).statusCode())
                    .isEqualTo(201);
        }
    }

    private static JsonObject event(String resource, long offsetMs, int latencyMs) {
        return new JsonObject(SampleEvents.of(UUID.randomUUID()))
                .put("timestamp", START.plusMillis(offsetMs).toString())
                .put("resource", resource)
                .put("latency_ms", latencyMs);
    }
}
