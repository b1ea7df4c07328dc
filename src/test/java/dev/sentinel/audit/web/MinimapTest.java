package dev.sentinel.audit.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.web.Browser.Window;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A trace of 200 steps, one a second, and the part of it that the waterfall shows. */
@ExtendWith(BrowserExtension.class)
final class MinimapTest {
    private static final Instant START = Instant.parse("2026-11-02T08:00:00Z");
    private static final int STEPS = 200;
    private static final int FAILED = 150;

    private RunningServer server;
    private Window window;
    private Page page;

    @BeforeEach
    void start(@TempDir Path directory, Browser browser) {
        server = RunningServer.start(directory);
        server.client()
                .post(
                        "application/x-ndjson",
                        IntStream.range(0, STEPS).mapToObj(MinimapTest::step).collect(Collectors.joining("\n")));
        server.client().post("application/json", step(0).replace("\"run-1\"", "\"short\""));
        window = browser.window(server.client().port());
        page = window.page();
    }

    @AfterEach
    void stop() {
        assertThat(window.complaints()).isEmpty();
        window.close();
        server.close();
    }

    @Test
    void part_draggedInTheMap_isWhatTheWaterfallShows() {
        window.show("/ui/trace?id=run-1", "200 events");

        drag(0.25, 0.5);

        assertThat(page.locator(".count")).containsText(Pattern.compile("200 events, 1(49|50) of them hidden"));
        assertThat(page.locator(".w-axis .tick").first()).hasText(Pattern.compile("\\+(49|50)\\.\\d s"));
        assertThat(page.locator(".grid-body .w-resource").first()).hasText(Pattern.compile("step-(49|50)"));
        assertThat(window.inspect("trace-minimap")).isEmpty();
        String shared = page.url();

        page.getByText("Show the whole trace").click();
        assertThat(page.locator(".count")).hasText("200 events");
        assertThat(page.url()).doesNotContain("window");

        window.show(shared, "200 events");
        assertThat(page.locator(".count")).containsText("of them hidden");
    }

    @Test
    void part_chosenByKeys_isShown() {
        window.show("/ui/trace?id=run-1", "200 events");

        page.getByLabel("Start of the part that is shown").focus();
        page.keyboard().press("PageUp");
        assertThat(page.locator(".w-axis .tick").first()).hasText(Pattern.compile("\\+(19|20)\\.\\d s"));
        page.getByLabel("End of the part that is shown").focus();
        page.keyboard().press("Home");

        assertThat(page.locator(".count")).containsText(Pattern.compile("19\\d of them hidden"));
        page.getByLabel("End of the part that is shown").focus();
        page.keyboard().press("End");
        page.getByLabel("Start of the part that is shown").focus();
        page.keyboard().press("Home");
        assertThat(page.locator(".count")).hasText("200 events");
    }

    /** Otherwise it would be open and not be seen. */
    @Test
    void problem_outsideOfThePart_showsTheWholeTrace() {
        window.show("/ui/trace?id=run-1&window=0-20000", "of them hidden");

        page.keyboard().press("n");

        assertThat(page.locator(".grid-row.selected .w-resource")).hasText("step-" + FAILED);
    }

    @Test
    void part_ofTheUrl_thatIsNone_isLeftOut() {
        for (String part : new String[] {"x", "5-5", "9-2", "-1-5", "999999999-9999999999"}) {
            window.show("/ui/trace?id=run-1&window=" + part, "200 events");
            assertThat(page.locator(".count")).hasText("200 events");
        }
    }

    @Test
    void map_ofAFewSteps_isNotShown() {
        window.show("/ui/trace?id=short", "1 event");
        assertThat(page.locator(".minimap")).hasCount(0);
    }

    private void drag(double from, double to) {
        Locator map = page.locator(".minimap");
        BoundingBox box = map.boundingBox();
        page.mouse().move(box.x + box.width * from, box.y + box.height / 2);
        page.mouse().down();
        page.mouse().move(box.x + box.width * (from + to) / 2, box.y + box.height / 2);
        page.mouse().move(box.x + box.width * to, box.y + box.height / 2);
        page.mouse().up();
    }

    private static String step(int number) {
        return new JsonObject(SampleEvents.any())
                .put("timestamp", START.plusSeconds(number).toString())
                .put("trace_id", "run-1")
                .put("resource", "step-" + number)
                .put("status", number == FAILED ? "error" : "success")
                .put("latency_ms", 900)
                .encode();
    }
}
