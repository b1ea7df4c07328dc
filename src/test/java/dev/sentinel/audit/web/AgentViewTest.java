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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The views of agents. */
@ExtendWith(BrowserExtension.class)
final class AgentViewTest {
    @TempDir
    private Path directory;

    /** The statistics are reloaded; the list of runs, which the user may be reading, is not. */
    @Test
    void agent_whileTheRangeMoves_keepsItsRuns(Browser browser) {
        try (RunningServer server = RunningServer.start(directory);
                Window window = browser.window(server.client().port())) {
            server.client().post("application/json", eventOfNow());
            Page page = window.show("/ui/agent?range=24h&id=agent-1", "Runs");
            assertThat(page.locator(".traces li")).hasCount(1);

            page.waitForResponse(response -> response.url().contains("/v1/stats"), () -> {});
            server.client().post("application/json", eventOfNow());
            page.waitForResponse(response -> response.url().contains("/v1/stats"), () -> {});

            assertThat(page.locator(".tile-value").first()).hasText("2");
            assertThat(window.requests())
                    .filteredOn(url -> Pattern.compile("/v1/traces[?].*agent_instance_id=")
                            .matcher(url)
                            .find())
                    .hasSize(1);
        }
    }

    /** The server counts resources among the newest 1,000 events of an agent, and runs as wholes. */
    @Test
    void agent_ofManyEvents_countsWholeRunsAndSaysWhatItsResourcesAreOf(Browser browser) {
        try (RunningServer server = RunningServer.start(directory);
                Window window = browser.window(server.client().port())) {
            String events = Stream.generate(SampleEvents::any).limit(1_200).collect(Collectors.joining("\n"));
            server.client().post("application/x-ndjson", events);
            server.client().post("application/json", SampleEvents.any().replace("\"success\"", "\"denied\""));

            Page page = window.show("/ui/agent?id=agent-1", "Outcomes");

            assertThat(page.locator(".traces li")).containsText(new String[] {"1,201 events"});
            assertThat(panel(page, "Top resources")).containsText("of its newest 1,000 events");
            assertThat(panel(page, "Outcomes").locator("li")).containsText(new String[] {"success", "denied"});
            panel(page, "Outcomes").getByText("denied").click();
            window.awaitText("1 event");
            assertThat(window.complaints()).isEmpty();
        }
    }

    /** The busiest of them is the last by name, behind the first page. */
    @Test
    void agents_moreThanAPage_areSortedTogether(Browser browser) {
        try (RunningServer server = RunningServer.start(directory);
                Window window = browser.window(server.client().port())) {
            String one = IntStream.range(0, 1_100)
                    .mapToObj(agent -> SampleEvents.any().replace("agent-1", "a-" + agent))
                    .collect(Collectors.joining("\n"));
            server.client().post("application/x-ndjson", one);
            server.client().post("application/json", SampleEvents.any().replace("agent-1", "z-busy"));
            server.client().post("application/json", SampleEvents.any().replace("agent-1", "z-busy"));

            Page page = window.show("/ui/agents", "1,101 agents");
            page.getByText("Events", new Page.GetByTextOptions().setExact(true))
                    .last()
                    .click();

            assertThat(page.locator("tbody td:first-child").first()).hasText("z-busy");
            page.getByLabel("Find an agent").fill("z-");
            assertThat(page.locator("tbody tr")).hasCount(1);
            assertThat(window.complaints()).isEmpty();
        }
    }

    private static Locator panel(Page page, String title) {
        return page.locator(".panel")
                .filter(new Locator.FilterOptions()
                        .setHas(page.locator("h2", new Page.LocatorOptions().setHasText(title))));
    }

    private static String eventOfNow() {
        JsonObject event = new JsonObject(SampleEvents.any());
        event.remove("timestamp");
        return event.encode();
    }
}
