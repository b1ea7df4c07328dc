package dev.sentinel.audit.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.web.Browser.Window;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** How a run differs from another one. */
@ExtendWith(BrowserExtension.class)
final class CompareTest {
    private RunningServer server;
    private Window window;
    private Page page;

    @BeforeEach
    void start(@TempDir Path directory, Browser browser) {
        server = RunningServer.start(directory);
        post("good", 0, "plan", "success", new JsonObject().put("model", "large"));
        post("good", 1, "search", "success", new JsonObject().put("query", new JsonObject().put("limit", 5)));
        post("good", 2, "pay", "success", new JsonObject());
        post("bad", 0, "plan", "success", new JsonObject().put("model", "large"));
        post("bad", 1, "look_up", "success", new JsonObject());
        post("bad", 2, "search", "success", new JsonObject().put("query", new JsonObject().put("limit", 50)));
        post("bad", 3, "pay", "error", new JsonObject().put("error", "refused"));
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
    void runs_ofTheSameAgent_areSideBySideStepByStep() {
        window.show("/ui/trace?id=bad", "What happened");
        page.getByText("Compare").click();
        page.getByText("good").click();

        assertThat(page.locator(".outcome")).containsText("3 differences in 4 steps.");
        assertThat(rows()).hasText(new Pattern[] {
            Pattern.compile("plan\\s*82 ms\\s*plan\\s*82 ms"),
            Pattern.compile("look_up\\s*only here\\s*82 ms\\s*–"),
            Pattern.compile("search\\s*differs\\s*82 ms\\s*search\\s*82 ms"),
            Pattern.compile("pay\\s*error\\s*differs\\s*82 ms\\s*pay\\s*82 ms"),
        });
        page.getByText("Only differences").click();
        assertThat(rows()).hasCount(3);
    }

    @Test
    void difference_opened_namesTheMembers() {
        window.show("/ui/compare?left=bad&right=good", "3 differences");
        page.keyboard().press("n");
        assertThat(page.locator(".detail")).containsText("Only in bad.");
        page.keyboard().press("n");
        assertThat(page.locator(".differences tbody tr"))
                .hasText(new Pattern[] {Pattern.compile("query.limit\\s*50\\s*5")});
        page.keyboard().press("n");
        assertThat(page.locator(".differences tbody tr")).hasText(new Pattern[] {
            Pattern.compile("status\\s*\"error\"\\s*\"success\""), Pattern.compile("error\\s*\"refused\"\\s*–")
        });
        assertThat(window.inspect("compare")).isEmpty();
        page.getByText("Open in the second run").click();
        page.waitForURL(Pattern.compile("/ui/trace\\?id=good&event="));
    }

    @Test
    void run_comparedWithItself_isAlike() {
        window.show("/ui/compare?left=good&right=good", "All steps are alike.");
    }

    private Locator rows() {
        return page.locator(".grid-body .grid-row");
    }

    private void post(String run, int second, String resource, String status, JsonObject metadata) {
        JsonObject event = new JsonObject(SampleEvents.any())
                .put("timestamp", "2026-11-02T08:00:0" + second + "Z")
                .put("trace_id", run)
                .put("resource", resource)
                .put("status", status)
                .put("metadata", metadata);
        assertThat(server.client().post("application/json", event.encode()).statusCode())
                .isEqualTo(201);
    }
}
