package dev.sentinel.audit.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
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

/** The list of runs: which failed, and why. */
@ExtendWith(BrowserExtension.class)
final class RunsViewTest {
    private static final String WHY = "payment amount does not add up";

    private RunningServer server;
    private Window window;
    private Page page;

    @BeforeEach
    void start(@TempDir Path directory, Browser browser) {
        server = RunningServer.start(directory);
        post("run-good", "success", "agent-1");
        post("run-bad", "success", "agent-1");
        post("run-bad", "error", "agent-2");
        post("run-denied", "denied", "agent-1");
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
    void whichRunFailedAndWhy_isAnsweredInTwoClicks() {
        window.show("/ui/", "Active agents");

        page.locator("nav a", new Page.LocatorOptions().setHasText("Runs")).click();
        page.getByText("Failed", exactly()).click();

        assertThat(rows()).hasCount(1);
        assertThat(rows()).containsText(new Pattern[] {Pattern.compile("failed.*run-bad.*book_flight.*" + WHY + ".*")});
        assertThat(page.locator(".r-number").last()).hasText("0");
    }

    @Test
    void run_opened_showsItsFirstProblem() {
        window.show("/ui/runs", "run-bad");
        page.keyboard().press("j");
        page.keyboard().press("j");
        assertThat(page.locator(".grid-row.selected")).containsText("run-bad");

        rows().filter(new Locator.FilterOptions().setHasText("run-bad")).click();

        page.waitForURL(Pattern.compile("/ui/trace\\?id=run-bad&event="));
        assertThat(page.locator(".detail .why")).containsText(WHY);
        assertThat(page.locator("nav a[aria-current]")).hasText("Runs");
    }

    @Test
    void filters_ofAgentSessionAndOutcome_areInTheUrl() {
        window.show("/ui/runs", "run-bad");

        page.getByLabel("Agent", new Page.GetByLabelOptions().setExact(true)).fill("agent-2");
        page.keyboard().press("Enter");
        assertThat(rows()).hasCount(1);
        page.getByLabel("Session", new Page.GetByLabelOptions().setExact(true)).fill("chat-of-run-bad");
        page.keyboard().press("Enter");
        assertThat(rows()).hasCount(1);
        page.getByText("Denied", exactly()).first().click();
        window.awaitText("No runs match.");

        assertThat(page.url()).endsWith("/ui/runs?agent=agent-2&session=chat-of-run-bad&status=denied");
        page.getByText("Remove the filters").click();
        assertThat(rows()).hasCount(3);
    }

    @Test
    void runs_sorted_beginWithTheLargest() {
        window.show("/ui/runs", "run-bad");

        page.getByText("Events", exactly()).last().click();
        assertThat(rows().first()).containsText("run-bad");
        page.getByText("Denied", exactly()).last().click();

        assertThat(rows().first()).containsText("run-denied");
        assertThat(page.locator("[aria-sort=descending]")).hasText("Denied ↓");
        assertThat(page.url()).endsWith("/ui/runs?sort=denied");
        assertThat(window.inspect("runs-sorted")).isEmpty();
    }

    /** The list is asked for again and again, and mostly nothing was stored since. */
    @Test
    void runs_whileNothingIsStored_areNotSentAgain() {
        window.show("/ui/runs", "run-bad");

        page.waitForResponse(
                answer -> answer.url().contains("/v1/traces") && answer.status() == 304,
                () -> page.mouse().move(2, 2));
        assertThat(rows()).hasCount(3);
    }

    @Test
    void runs_thatBegin_appear() {
        window.show("/ui/runs", "run-bad");
        page.mouse().move(2, 2);

        post("run-new", "pending", "agent-1");

        assertThat(rows()).hasCount(4, new LocatorAssertions.HasCountOptions().setTimeout(20_000));
    }

    private Locator rows() {
        return page.locator(".grid-body .grid-row");
    }

    private static Page.GetByTextOptions exactly() {
        return new Page.GetByTextOptions().setExact(true);
    }

    private void post(String run, String status, String agent) {
        JsonObject event = new JsonObject(SampleEvents.any())
                .put("trace_id", run)
                .put("status", status)
                .put("agent_instance_id", agent)
                .put("session_id", "chat-of-" + run)
                .put("resource", "book_flight")
                .put("metadata", new JsonObject().put("error", WHY + "\n  at book.py:12"));
        event.remove("timestamp");
        assertThat(server.client().post("application/json", event.encode()).statusCode())
                .isEqualTo(201);
    }
}
