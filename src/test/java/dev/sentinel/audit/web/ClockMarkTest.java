package dev.sentinel.audit.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.web.Browser.Window;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Events with times that only a wrong clock shows: of the years 9999 and 0. */
@ExtendWith(BrowserExtension.class)
final class ClockMarkTest {
    private RunningServer server;
    private Window window;

    @BeforeEach
    void start(@TempDir Path directory, Browser browser) {
        server = RunningServer.start(directory);
        window = browser.window(server.client().port());
        post("9999-12-31T23:59:59.999999Z", "far");
        post("0000-01-01T00:00:00Z", "old");
        post(Instant.now().plus(Duration.ofHours(23)).toString(), "soon");
        post(Instant.now().toString(), "now");
    }

    @AfterEach
    void stop() {
        window.close();
        server.close();
    }

    @Test
    void events_ofWrongClocks_areMarkedAndSayWhy() {
        Page page = window.show("/ui/events", "4 events");

        assertThat(page.locator(".grid-body .c-resource")).hasText(new String[] {"far", "soon", "now", "old"});
        assertThat(page.locator(".grid-body .grid-row .clock-mark")).hasText(new Pattern[] {
            Pattern.compile("wrong clock: The time is more than 24 hours after the event was received, .*"),
            Pattern.compile("wrong clock: The time is before the year 2000.")
        });
        page.getByText("far", new Page.GetByTextOptions().setExact(true)).click();
        assertThat(page.locator(".detail .clock-note"))
                .hasText(Pattern.compile("The client's clock seems wrong. The time is more than 24 hours after .*"));
        assertThat(page.locator(".detail time").first()).hasAttribute("datetime", "9999-12-31T23:59:59.999999Z");
        assertThat(window.inspect("events-clock")).isEmpty();
        page.getByText("now", new Page.GetByTextOptions().setExact(true)).click();
        assertThat(page.locator(".detail-resource")).hasText("now");
        assertThat(page.locator(".detail .clock-note")).hasCount(0);
        assertThat(window.complaints()).isEmpty();
    }

    @Test
    void agentAndTrace_ofWrongClocks_areShown() {
        Page page = window.show("/ui/agent?id=agent-1", "Last seen");
        assertThat(page.locator(".tile-value").last()).hasText("in the future");
        assertThat(page.locator(".tile-value").first()).hasText("3");
        assertThat(page.locator(".traces li")).hasCount(1);

        window.go("/ui/trace?id=trace-1", "What happened");
        assertThat(page.locator(".grid-body .w-resource")).hasText(new String[] {"old", "now", "soon", "far"});
        assertThat(page.locator(".grid-body .clock-mark")).hasCount(2);
        // An hour after the event before it, not thousands of years.
        assertThat(page.locator(".grid-body .w-label").last()).hasText(Pattern.compile("(59 min|1 h).* later"));
        window.go("/ui/agents", "agent-1");
        assertThat(page.locator("tbody td").last()).hasText("in the future");
        window.go("/ui/?range=24h", "Active agents");
        assertThat(window.complaints()).isEmpty();
    }

    private void post(String timestamp, String resource) {
        String event = new JsonObject(SampleEvents.any())
                .put("timestamp", timestamp)
                .put("resource", resource)
                .encode();
        assertThat(server.client().post("application/json", event).statusCode()).isEqualTo(201);
    }
}
