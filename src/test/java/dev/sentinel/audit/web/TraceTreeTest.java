package dev.sentinel.audit.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.web.Browser.Window;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A trace whose steps name the steps that they are within. */
@ExtendWith(BrowserExtension.class)
final class TraceTreeTest {
    private static final Instant START = Instant.parse("2026-11-02T08:00:00Z");

    private RunningServer server;
    private Window window;
    private Page page;

    @BeforeEach
    void start(@TempDir Path directory, Browser browser) {
        server = RunningServer.start(directory);
        post("run", 0, 9_000, "a", null, "success");
        post("search", 1_000, 3_000, "b", "a", "success");
        post("write", 2_000, 6_000, "c", "a", "success");
        // Between the two in time, but within the first.
        post("fetch", 2_500, 1_000, "d", "b", "error");
        post("limit", 7_000, 1, "e", "c", "denied");
        window = browser.window(server.client().port());
        page = window.show("/ui/trace?id=trace-1", "What happened");
    }

    @AfterEach
    void stop() {
        assertThat(window.complaints()).isEmpty();
        window.close();
        server.close();
    }

    @Test
    void steps_areWithinTheStepsThatTheyName() {
        assertThat(resources()).hasText(new String[] {"run", "search", "fetch", "write", "limit"});
        assertThat(page.locator("[role=treegrid] .grid-body [role=row]").all().stream()
                        .map(row -> row.getAttribute("aria-level")))
                .containsExactly("1", "2", "3", "2", "3");

        page.getByText("Tree", new Page.GetByTextOptions().setExact(true)).click();
        assertThat(resources()).hasText(new String[] {"run", "search", "write", "fetch", "limit"});
        assertThat(page.locator("[role=treegrid]")).hasCount(0);
    }

    @Test
    void steps_areClosedAndOpenedByKeysAndByClick() {
        page.locator("[role=treegrid]").focus();
        page.keyboard().press("ArrowDown");
        page.keyboard().press("ArrowDown");
        page.keyboard().press("ArrowLeft");
        assertThat(resources()).hasText(new String[] {"run", "search", "write", "limit"});
        assertThat(page.locator(".grid-row.selected")).hasAttribute("aria-expanded", "false");
        assertThat(page.locator(".count")).hasText("5 events, 1 of them hidden");
        page.keyboard().press("ArrowRight");
        assertThat(resources()).hasCount(5);

        page.getByTitle(Pattern.compile("Hide 4 steps")).click();
        assertThat(resources()).hasText(new String[] {"run"});
    }

    /** The next problem may be within a closed step. */
    @Test
    void problem_withinAClosedStep_isShown() {
        page.getByTitle(Pattern.compile("Hide 4 steps")).click();
        page.keyboard().press("n");
        assertThat(page.locator(".grid-row.selected")).containsText("fetch");
    }

    @Test
    void outcome_isOneSentenceThatLeadsToTheStep() {
        assertThat(page.locator(".outcome")).hasText("Failed at fetch after 2.50 s: no route to host");

        page.locator(".outcome button").click();

        assertThat(page.locator(".grid-row.selected")).containsText("fetch");
        assertThat(window.inspect("trace-tree")).isEmpty();
    }

    @Test
    void sessionAndPrincipal_areLinks() {
        page.locator(".summary a", new Page.LocatorOptions().setHasText("chat-1"))
                .click();
        page.waitForURL(Pattern.compile("/ui/sessions\\?id=chat-1"));
        page.goBack();
        page.locator(".summary a", new Page.LocatorOptions().setHasText("user-7"))
                .click();
        page.waitForURL(Pattern.compile("/ui/events\\?query=for%3Auser-7"));
        window.awaitText("5 events");
    }

    @Test
    void trace_savedForPerfetto_hasItsStepsInMicroseconds() throws IOException {
        Download download =
                page.waitForDownload(() -> page.getByText("Save for Perfetto").click());

        JsonObject file = new JsonObject(Files.readString(download.path()));
        JsonObject search = file.getJsonArray("traceEvents").stream()
                .map(JsonObject.class::cast)
                .filter(step -> step.getString("name").equals("search"))
                .findFirst()
                .orElseThrow();
        assertThat(search.getString("ph")).isEqualTo("X");
        assertThat(search.getLong("dur")).isEqualTo(3_000_000);
        assertThat(search.getLong("ts")).isEqualTo(START.plusMillis(1_000).toEpochMilli() * 1_000);
    }

    /** Clients choose the ids: they may nest deeper than a stack, or in a circle. */
    @Test
    void steps_nestedDeepOrInACircle_areAllThere() {
        Object rows = page.evaluate("""
                async () => {
                  const main = document.querySelector("script[type=module]").src;
                  const { treeOf } = await import(main.replace("main.js", "tree.js"));
                  const bar = (span, parent) => ({ event: { event_id: span, span_id: span, parent_span_id: parent } });
                  const chain = Array.from({ length: 10000 }, (_, index) => bar(`s${index}`, index && `s${index - 1}`));
                  const deep = treeOf(chain);
                  const circle = treeOf([bar("a", "b"), bar("b", "a"), bar("c", "c"), bar("d", "unknown")]);
                  return [deep.length, deep[0].inner, deep.at(-1).depth, circle.length].join();
                }
                """);
        assertThat(rows).isEqualTo("10000,9999,9999,4");
    }

    private Locator resources() {
        return page.locator(".grid-body .w-resource");
    }

    private void post(String resource, int offsetMs, int latencyMs, String span, String parent, String status) {
        JsonObject event = new JsonObject(SampleEvents.any())
                .put("timestamp", START.plusMillis(offsetMs).toString())
                .put("resource", resource)
                .put("latency_ms", latencyMs)
                .put("span_id", span)
                .put("parent_span_id", parent)
                .put("session_id", "chat-1")
                .put("on_behalf_of", "user-7")
                .put("status", status)
                .put("metadata", new JsonObject().put("error", "no route to host"));
        assertThat(server.client().post("application/json", event.encode()).statusCode())
                .isEqualTo(201);
    }
}
