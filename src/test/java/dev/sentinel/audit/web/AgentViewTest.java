package dev.sentinel.audit.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.web.Browser.Window;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The agent view while time passes. */
@ExtendWith(BrowserExtension.class)
final class AgentViewTest {
    @TempDir
    private Path directory;

    /** The statistics are reloaded; the list of runs, which the user may be reading, is not. */
    @Test
    void agent_whileTheRangeMoves_keepsItsTraces(Browser browser) {
        try (RunningServer server = RunningServer.start(directory);
                Window window = browser.window(server.client().port())) {
            server.client().post("application/json", eventOfNow());
            Page page = window.show("/ui/agent?range=24h&id=agent-1", "Traces");
            assertThat(page.locator(".traces li")).hasCount(1);

            page.waitForResponse(response -> response.url().contains("/v1/stats"), () -> {});
            server.client().post("application/json", eventOfNow());
            page.waitForResponse(response -> response.url().contains("/v1/stats"), () -> {});

            assertThat(page.locator(".tile-value").first()).hasText("2");
            assertThat(window.requests())
                    .filteredOn(url -> Pattern.compile("/v1/events[?].*agent_instance_id=")
                            .matcher(url)
                            .find())
                    .hasSize(1);
        }
    }

    private static String eventOfNow() {
        JsonObject event = new JsonObject(SampleEvents.any());
        event.remove("timestamp");
        return event.encode();
    }
}
