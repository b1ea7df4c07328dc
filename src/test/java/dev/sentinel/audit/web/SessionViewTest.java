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
import java.time.Instant;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** One session of two runs: what it was in total, when, by whom and for whom. */
@ExtendWith(BrowserExtension.class)
final class SessionViewTest {
    private static final Instant START = Instant.parse("2026-11-02T08:00:00Z");

    private RunningServer server;
    private Window window;
    private Page page;

    @BeforeEach
    void start(@TempDir Path directory, Browser browser) {
        server = RunningServer.start(directory);
        post("run-1", 0, "agent-1", "success");
        post("run-1", 30, "agent-2", "error");
        post("run-2", 600, "agent-1", "denied");
        post("run-2", 610, "agent-1", "success");
        send(new JsonObject(SampleEvents.any()).put("trace_id", "another"));
        window = browser.window(server.client().port());
        page = window.page();
    }

    @AfterEach
    void stop() {
        window.close();
        server.close();
    }

    @Test
    void session_hasTotalsTimelineRunsAndPrincipals() {
        window.show("/ui/sessions?id=chat-1", "On behalf of");

        assertThat(tile("Events")).containsText("4");
        assertThat(tile("Error rate")).containsText("25 %1 error, 1 denied");
        assertThat(tile("Lasted")).containsText("10 min 10 s");
        assertThat(tile("Agents")).containsText("agent-1, agent-2");
        assertThat(page.locator(".timeline .legend")).containsText("denied 1");
        assertThat(page.locator(".traces li")).hasText(new Pattern[] {
            Pattern.compile("run-2.*2 events.*1 denied"), Pattern.compile("run-1.*2 events.*1 error")
        });
        assertThat(page.locator("nav a[aria-current]")).hasText("Runs");
        assertThat(page.title()).isEqualTo("chat-1 – Session – Sentinel");
        assertThat(window.inspect("session")).isEmpty();
        assertThat(window.complaints()).isEmpty();

        page.locator(".breakdown a", new Page.LocatorOptions().setHasText("user-7"))
                .click();
        assertThat(page.locator(".chip")).hasCount(2);
        assertThat(page.locator(".count")).hasText("4 events");
    }

    @Test
    void session_thatGoesOn_grows() {
        page.clock().install();
        window.show("/ui/sessions?id=chat-1", "On behalf of");

        post("run-3", 700, "agent-3", "success");
        page.clock().runFor(10_000);

        assertThat(page.locator(".traces li")).hasCount(3);
        assertThat(tile("Events")).containsText("5");
    }

    @Test
    void session_isLinkedFromItsEventsAndRuns() {
        window.show("/ui/events?query=session:chat-1", "4 events");
        page.locator(".grid-body .grid-row").first().click();
        page.locator(".detail a", new Page.LocatorOptions().setHasText("chat-1"))
                .click();
        page.waitForURL(Pattern.compile("/ui/sessions\\?id=chat-1$"));
        page.locator(".traces a").first().click();
        page.waitForURL(Pattern.compile("/ui/trace\\?id=run-2"));
        page.locator(".summary a", new Page.LocatorOptions().setHasText("chat-1"))
                .click();
        page.waitForURL(Pattern.compile("/ui/sessions\\?id=chat-1$"));
        page.locator("a.button", new Page.LocatorOptions().setHasText("Runs as a table"))
                .click();
        page.waitForURL(Pattern.compile("/ui/runs\\?session=chat-1$"));
        page.locator("a.button", new Page.LocatorOptions().setHasText("Session"))
                .click();
        page.waitForURL(Pattern.compile("/ui/sessions\\?id=chat-1$"));
        assertThat(window.complaints()).isEmpty();
    }

    @Test
    void principal_isLinkedFromItsEvents() {
        window.show("/ui/events?query=session:chat-1", "4 events");
        page.locator(".grid-body .grid-row").first().click();

        page.locator(".detail a", new Page.LocatorOptions().setHasText("user-7"))
                .click();

        page.waitForURL(Pattern.compile("/ui/events\\?query=for%3Auser-7"));
    }

    @Test
    void session_unknown_saysSo() {
        window.show("/ui/sessions?id=nothing", "No events in session “nothing”.");
    }

    private Locator tile(String name) {
        return page.locator(".tile", new Page.LocatorOptions().setHasText(name)).first();
    }

    private void post(String run, int second, String agent, String status) {
        send(new JsonObject(SampleEvents.any())
                .put("timestamp", START.plusSeconds(second).toString())
                .put("trace_id", run)
                .put("agent_instance_id", agent)
                .put("session_id", "chat-1")
                .put("on_behalf_of", "user-7")
                .put("status", status));
    }

    private void send(JsonObject event) {
        assertThat(server.client().post("application/json", event.encode()).statusCode())
                .isEqualTo(201);
    }
}
