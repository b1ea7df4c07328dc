package dev.sentinel.audit.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.web.Browser.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the list of events says of all that match: counts, values, what each event says. */
@ExtendWith(BrowserExtension.class)
final class FacetsTest {
    private RunningServer server;
    private Window window;
    private Page page;

    @BeforeEach
    void start(@TempDir Path directory, Browser browser) throws IOException {
        server = RunningServer.start(directory);
        server.client().post("application/x-ndjson", Files.readString(Path.of("src/test/resources/agent-runs.ndjson")));
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
    void facets_ofAFilter_countAllThatMatchAndFilter() {
        window.show("/ui/events?facets=1&query=-status:success", "all that match");

        assertThat(page.locator(".facets [role=status]")).hasText("188 events, all that match");
        assertThat(facet("Status").locator(".facet-value"))
                .hasText(new Pattern[] {Pattern.compile("denied\\s*116"), Pattern.compile("error\\s*72")});
        assertThat(page.locator(".histogram .legend")).containsText("denied 116");
        assertThat(window.inspect("events-facets")).isEmpty();

        facet("Agent").locator(".facet-value").first().click();
        assertThat(page.locator(".chip")).hasText(new Pattern[] {
            Pattern.compile("not status:\\s*success"), Pattern.compile("agent:\\s*airline-support-00\\d")
        });
        facet("Status").locator("li").first().hover();
        page.getByTitle("Without denied").click();
        assertThat(page.locator(".chip").last()).hasText(Pattern.compile("not status:\\s*denied"));
        assertThat(page.locator(".facets [role=status]")).hasText(Pattern.compile("\\d+ events, all that match"));
    }

    @Test
    void facets_ofManyEvents_countAllOfThem() {
        for (int batch = 0; batch < 2; batch++) {
            server.client()
                    .post(
                            "application/x-ndjson",
                            Stream.generate(SampleEvents::any).limit(5_000).collect(Collectors.joining("\n")));
        }

        window.show("/ui/events?facets=1", "all that match");
        assertThat(page.locator(".facets [role=status]")).hasText("12,854 events, all that match");
        assertThat(page.locator(".facets")).containsText("Counted in whole minutes");
        assertThat(facet("Session")).hasCount(0);

        window.show("/ui/events?facets=1&query=agent:agent-1", "all that match");
        assertThat(page.locator(".facets")).containsText("resources in 1,000 events");

        window.show("/ui/events?facets=1&query=resource:web_search", "all that match");
        assertThat(page.locator(".facets [role=status]")).hasText("10,000 events, all that match");
        assertThat(page.locator(".facets")).not().containsText("Counted in whole minutes");
    }

    /** The server counts for a bounded time. */
    @Test
    void facets_thatAreNotComplete_sayWhatTheyAreOf() {
        page.route(url -> url.contains("/v1/stats"), route -> {
            APIResponse answer = route.fetch();
            route.fulfill(new Route.FulfillOptions()
                    .setResponse(answer)
                    .setBody(answer.text()
                            .replace("\"complete\":true", "\"complete\":false")
                            .replace("\"names_complete\":true", "\"names_complete\":false")
                            .replaceAll(
                                    "\"counted_from\":\"[^\"]+\"",
                                    "\"counted_from\":\"2026-03-15T09:00:00.000000Z\"")));
        });

        window.show("/ui/events?facets=1&query=-status:success", "are not counted");

        assertThat(page.locator(".facets [role=status]"))
                .hasText(Pattern.compile(
                        "The newest 188 events, since 15 Mar, 10:00:00.000; older ones are not counted"));
        assertThat(page.locator(".facets")).containsText("rare ones are not listed");
    }

    @Test
    void rows_sayWhyAnEventFailedOrWhatItWasGiven() {
        window.show("/ui/events?query=resource:book_reservation", "payment amount does not add up");

        assertThat(page.locator(".grid-body .c-what").filter(new Locator.FilterOptions().setHasText("user_id: ")))
                .not()
                .hasCount(0);
    }

    @Test
    void list_oldestFirst_isInTheUrlAndInTheExport() {
        window.show("/ui/events?query=status:error", "72 events");
        String newest = page.locator(".grid-body .grid-row").first().getAttribute("id");

        page.getByTitle("Show the oldest first").click();

        assertThat(page.locator(".grid-body .grid-row").first()).not().hasAttribute("id", newest);
        assertThat(page.locator(".c-time[role=columnheader]")).hasAttribute("aria-sort", "ascending");
        assertThat(page.locator(".export a").first()).hasAttribute("href", Pattern.compile("order=asc"));
        page.locator("[role=grid]").focus();
        page.keyboard().press("ArrowDown");
        page.keyboard().press("End");
        assertThat(page.locator(".grid-row.selected")).hasAttribute("id", newest);
    }

    @Test
    void columns_chosen_areThoseOfThisBrowserFromThenOn() {
        window.show("/ui/events?query=status:error", "72 events");

        page.getByText("Columns").first().click();
        page.getByLabel("Trace").uncheck();
        page.getByLabel("Session").check();
        page.keyboard().press("Escape");

        String[] shown = {"Time ↓", "Status", "Agent", "Action", "Resource", "What", "Latency", "Session"};
        assertThat(page.getByRole(AriaRole.COLUMNHEADER)).hasText(shown);
        page.reload();
        window.awaitText("72 events");
        assertThat(page.getByRole(AriaRole.COLUMNHEADER)).hasText(shown);
        assertThat(page.locator(".detail")).hasCount(0);
    }

    private Locator facet(String title) {
        return page.locator(".facet")
                .filter(new Locator.FilterOptions()
                        .setHas(page.locator("h2", new Page.LocatorOptions().setHasText(title))));
    }
}
