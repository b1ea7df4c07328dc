package dev.sentinel.audit.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.web.Browser.Window;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What all views share: the keyboard, the history of the browser, the time zone. */
@ExtendWith(BrowserExtension.class)
final class ShellTest {
    private RunningServer server;
    private Window window;
    private Page page;

    @BeforeEach
    void start(@TempDir Path directory, Browser browser) {
        server = RunningServer.start(directory);
        server.client()
                .post(
                        "application/x-ndjson",
                        SampleEvents.any() + "\n" + SampleEvents.any().replace("web_search", "book_flight"));
        window = browser.window(server.client().port());
        page = window.page();
    }

    @AfterEach
    void stop() {
        assertThat(window.complaints()).isEmpty();
        window.close();
        server.close();
    }

    /** The keys come faster than the view that they are meant for. */
    @Test
    void slash_inAnotherView_losesNothingOfWhatIsTyped() {
        window.show("/ui/", "Active agents");

        page.keyboard().type("/book_flight");

        assertThat(page.getByLabel("Filter events")).hasValue("book_flight");
        page.keyboard().press("Enter");
        assertThat(page.locator(".count")).hasText("1 event");
    }

    @Test
    void singleKeys_turnedOff_doNothingEvenAfterAReload() {
        window.show("/ui/events", "2 events");
        page.keyboard().press("?");
        page.getByLabel("Single keys are shortcuts").uncheck();
        page.keyboard().press("Escape");
        page.reload();
        window.awaitText("2 events");

        page.keyboard().press("l");
        page.keyboard().press("j");
        page.keyboard().press("?");

        assertThat(page.locator("dialog")).hasCount(0);
        assertThat(page.locator(".grid-row.selected")).hasCount(0);
        assertThat(page.url()).endsWith("/ui/events");
        page.getByText("Keyboard shortcuts").click();
        page.getByLabel("Single keys are shortcuts").check();
        page.keyboard().press("Escape");
        page.keyboard().press("j");
        assertThat(page.locator(".grid-row.selected")).hasCount(1);
    }

    /** On a phone the details cover the list, so people go back to it. */
    @Test
    void back_fromTheDetails_closesThemAndStays() {
        page.setViewportSize(390, 844);
        window.show("/ui/agents", "Last seen");
        window.go("/ui/events", "2 events");
        page.locator(".grid-body .grid-row").first().click();
        assertThat(page.locator(".detail")).isVisible();

        page.goBack();

        assertThat(page.locator(".detail")).hasCount(0);
        assertThat(page.locator(".count")).hasText("2 events");
        page.locator(".grid-body .grid-row").first().click();
        page.keyboard().press("ArrowDown");
        assertThat(page.locator(".detail-resource")).not().hasText("");
        page.keyboard().press("Escape");
        assertThat(page.locator(".detail")).hasCount(0);
        page.goBack();
        page.waitForURL(Pattern.compile("/ui/agents$"));
    }

    @Test
    void times_all_nameTheirZone() {
        window.show("/ui/events", "2 events");
        assertThat(page.locator(".zone")).hasText("Europe/Berlin UTC+01:00");
        page.locator(".grid-body .grid-row").first().click();
        assertThat(page.locator(".detail time").first()).hasText(Pattern.compile("2 Nov.*, 09:05:13.886 CET"));
    }

    @Test
    void palette_takesViewsIdsAndSearches() {
        window.show("/ui/evidence", "Evidence");

        goTo("runs");
        page.waitForURL(Pattern.compile("/ui/runs$"));
        page.keyboard().press("Control+k");
        page.keyboard().type("trace-1");
        assertThat(page.locator(".target").first()).hasText(Pattern.compile("run\\s*trace-1"));
        assertThat(window.inspect("palette")).isEmpty();
        page.keyboard().press("Enter");
        page.waitForURL(Pattern.compile("/ui/trace\\?id=trace-1$"));
        page.keyboard().press("Control+k");
        page.keyboard().type("agent");
        assertThat(page.locator(".target")).hasText(new Pattern[] {
            Pattern.compile("agent\\s*agent-1"), Pattern.compile("view\\s*Agents"), Pattern.compile("search\\s*agent")
        });
        page.keyboard().press("ArrowDown");
        page.keyboard().press("ArrowDown");
        page.keyboard().press("Enter");
        page.waitForURL(Pattern.compile("/ui/events\\?query=agent$"));
        page.keyboard().press("Control+k");
        page.keyboard().press("Escape");
        assertThat(page.locator("dialog")).hasCount(0);
    }

    private void goTo(String typed) {
        page.keyboard().press("Control+k");
        page.keyboard().type(typed);
        page.keyboard().press("Enter");
    }

    /** People look at a day in one view after the other. */
    @Test
    void range_chosenInAView_isThatOfTheOthers() {
        window.show("/ui/?range=7d", "Active agents");

        for (String view : new String[] {"Runs", "Events", "Agents", "Runs", "Overview"}) {
            page.locator("nav a", new Page.LocatorOptions().setHasText(view)).click();
            page.waitForURL(Pattern.compile(
                    view.equals("Overview")
                            ? "/ui/\\?range=7d$"
                            : view.equals("Agents")
                                    ? "/ui/agents$"
                                    : "/ui/" + view.toLowerCase(Locale.ROOT) + "\\?range=7d$"));
        }
        page.getByTitle("Earlier").click();
        page.keyboard().press("g");
        page.keyboard().press("e");
        page.waitForURL(Pattern.compile("/ui/events\\?from=.*&to="));
    }

    /** Days are those of the time zone of the browser, which has daylight saving time. */
    @Test
    void range_ofTheCalendar_beginsAtMidnightAndCanBeSteppedBack() {
        page.clock().setFixedTime("2026-11-03T10:00:00Z");
        window.show("/ui/events", "2 events");
        page.locator(".custom-range .range").click();
        page.getByText("yesterday").click();

        assertThat(page.locator(".count")).hasText("2 events");
        assertThat(page.locator(".custom-range .range")).hasText(Pattern.compile("yesterday"));
        assertThat(window.requests())
                .anyMatch(url -> url.contains("from=2026-11-01T23%3A00%3A00.000Z&to=2026-11-02T23%3A00%3A00.000Z"));
        page.getByTitle("Earlier").click();
        window.awaitText("No events match.");
        page.getByTitle("Later").click();
        assertThat(page.locator(".count")).hasText("2 events");
    }

    @Test
    void week_inWhichTheClockIsChanged_beginsOnMondayAtMidnight() {
        page.clock().setFixedTime("2026-10-28T10:00:00Z");
        window.show("/ui/events?range=last-week", "No events match.");

        assertThat(window.requests())
                .anyMatch(url -> url.contains("from=2026-10-18T22%3A00%3A00.000Z&to=2026-10-25T23%3A00%3A00.000Z"));
    }
}
