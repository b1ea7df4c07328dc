package dev.sentinel.audit.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.web.Browser.Window;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The list of events: filters, the URL, the keyboard. */
@ExtendWith(BrowserExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EventsViewTest {
    private static final Page.GetByLabelOptions EXACTLY = new Page.GetByLabelOptions().setExact(true);

    private RunningServer server;
    private Window window;
    private Page page;

    @BeforeAll
    void start(@TempDir Path directory, Browser browser) throws IOException {
        server = RunningServer.start(directory);
        server.client().post("application/x-ndjson", Files.readString(Path.of("src/test/resources/agent-runs.ndjson")));
        window = browser.window(server.client().port());
        window.show("/ui/", "Overview");
    }

    @AfterAll
    void stop() {
        window.close();
        server.close();
    }

    @BeforeEach
    void open() {
        // Through another view, so that no state of the previous test is left.
        window.go("/ui/agents", "Last seen");
        page = window.go("/ui/events", "200 events so far");
    }

    @AfterEach
    void check() {
        assertThat(window.complaints()).isEmpty();
    }

    @Test
    void query_typed_filtersAndIsInTheUrl() {
        type("agent:airline-support-002 status:error");
        assertThat(count()).hasText("21 events");
        assertThat(query()).isEqualTo("agent:airline-support-002 status:error");
        assertThat(page.locator(".chip")).hasCount(2);
    }

    @Test
    void query_withPrefixAndText_findsBoth() {
        type("resource:book_* \"HAT082\"");
        assertThat(page.locator(".grid-body .c-resource").first()).hasText("book_reservation");
        assertThat(page.locator(".chip-value").allTextContents()).containsExactly("book_*", "\"HAT082\"");
    }

    @Test
    void query_ofASharedUrl_isShown() {
        window.go("/ui/events?query=status:denied&from=2026-11-02T00:00:00Z&to=2026-11-03T00:00:00Z", "denied");
        assertThat(page.locator(".chip")).hasText(Pattern.compile("status:\\s*denied"));
        assertThat(page.locator(".custom-range .range")).hasText(Pattern.compile("2 Nov.*3 Nov"));
    }

    @Test
    void filter_removed_isGoneAndBackRestoresIt() {
        type("status:error");
        assertThat(count()).hasText("72 events");
        page.getByLabel("Remove filter status:error").click();
        assertThat(count()).hasText(Pattern.compile("200 events so far"));
        page.goBack();
        assertThat(count()).hasText("72 events");
    }

    @Test
    void completion_offersKeysThenValues() {
        search().click();
        page.keyboard().type("st");
        assertThat(page.locator("#completions li")).hasText(new String[] {"status: how it ended"});
        page.keyboard().press("Tab");
        assertThat(page.locator("#completions li")).hasText(new String[] {"success", "error", "pending", "denied"});
        page.keyboard().press("ArrowDown");
        page.keyboard().press("ArrowDown");
        page.keyboard().press("Enter");
        assertThat(count()).hasText("72 events");
    }

    @Test
    void completion_ofAgents_queriesTheServer() {
        search().click();
        page.keyboard().type("agent:airline-support-00");
        assertThat(page.locator("#completions li")).hasText(new Pattern[] {
            Pattern.compile("airline-support-000"),
            Pattern.compile("airline-support-001"),
            Pattern.compile("airline-support-002"),
            Pattern.compile("airline-support-003")
        });
    }

    @Test
    void row_opened_isInTheUrlAndShowsAllOfTheEvent() {
        window.go("/ui/events?query=trace:airline-task49-trial3", "7 events");
        page.locator(".grid-body .grid-row").nth(1).click();
        assertThat(page.locator(".detail")).containsText("transfer_to_human_agents");
        assertThat(page.locator(".detail .json")).containsText("\"model\": \"gpt-4o\"");
        assertThat(page.url()).contains("event=");
        page.reload();
        assertThat(page.locator(".detail")).containsText("transfer_to_human_agents");
    }

    @Test
    void detail_valueOfMetadata_becomesAFilter() {
        window.go("/ui/events?query=resource:get_user_details", "get_user_details");
        page.locator(".grid-body .grid-row").first().click();
        awaitProof();
        String value = page.locator(".json-leaf.string").nth(1).textContent();
        page.locator(".json-leaf.string").nth(1).hover();
        page.getByText("Show only events with this user_id").click();
        assertThat(page.locator(".chip")).hasCount(2);
        assertThat(query()).endsWith("meta.arguments.user_id:" + value.replace("\"", ""));
        assertThat(count()).hasText(Pattern.compile("^[1-9]\\d? events?$"));
    }

    /** It comes above the metadata, which then moves away from the pointer. */
    private void awaitProof() {
        assertThat(page.locator(".proven")).isVisible();
    }

    /** JavaScript numbers would change them to 12345678901234567000 and 1. */
    @Test
    void detail_numbersOfMetadata_areAsTheyWereSent() {
        String metadata = "{\"id\":12345678901234567890,\"share\":1.0}";
        String event = SampleEvents.with(UUID.randomUUID(), metadata).replace("trace-1", "numbers");
        server.client().post("application/json", event);
        window.go("/ui/events?query=trace:numbers", "1 event");
        page.locator(".grid-body .grid-row").click();
        assertThat(page.locator(".json-leaf.number")).hasText(new String[] {"12345678901234567890", "1.0"});
        awaitProof();
        page.locator(".json-leaf.number").first().hover();
        page.getByText("Show only events with this id").click();
        assertThat(page.locator(".chip").last()).hasText(Pattern.compile("meta.id:\\s*12345678901234567890"));
        assertThat(count()).hasText("1 event");
    }

    @Test
    void range_typed_staysWhileTheViewIsRerendered() {
        page.locator(".custom-range .range").click();
        page.getByLabel("From").fill("2026-11-03T00:00");
        page.getByLabel("To", EXACTLY).fill("2026-11-02T00:00");
        page.getByText("Apply").click();
        assertThat(page.locator(".wrong[role=alert]")).hasText("The start must be before the end.");
        assertThat(page.getByLabel("From")).hasValue(Pattern.compile("^2026-11-03T00:00"));
        page.getByLabel("To", EXACTLY).fill("2026-11-04T00:00");
        page.getByText("Apply").click();
        assertThat(page.locator(".custom-range .range")).hasText(Pattern.compile("3 Nov.*4 Nov"));
    }

    @Test
    void skipLink_movesTheFocusToTheContent() {
        page.locator(".skip").focus();
        page.keyboard().press("Enter");
        page.waitForFunction("() => document.activeElement.id === 'main'");
        assertThat(count()).hasText(Pattern.compile("200 events so far"));
    }

    @Test
    void keyboard_alone_searchesSelectsOpensAndContinuesToTheTrace() {
        page.keyboard().press("/");
        page.keyboard().type("status:error");
        page.keyboard().press("Enter");
        assertThat(count()).hasText("72 events");
        page.keyboard().press("Escape");
        page.keyboard().press("j");
        page.keyboard().press("j");
        assertThat(page.locator(".grid-row.selected")).hasAttribute("aria-rowindex", "3");
        assertThat(page.locator(".detail")).containsText("error");
        page.keyboard().press("k");
        assertThat(page.locator(".grid-row.selected")).hasAttribute("aria-rowindex", "2");
        page.keyboard().press("t");
        page.waitForURL(Pattern.compile("/ui/trace\\?id="));
        assertThat(page.locator(".grid-row.selected .status")).hasText("error");
    }

    @Test
    void keyboard_questionMark_showsAllShortcuts() {
        page.keyboard().press("?");
        assertThat(page.locator("dialog")).containsText("next problem of a trace");
        page.keyboard().press("Escape");
        assertThat(page.locator("dialog")).hasCount(0);
    }

    /** All visible rows are rendered at every scroll position, and the next pages load automatically. */
    @Test
    void list_scrolled_hasNoHoles() {
        Locator grid = page.locator(".grid");
        for (int step = 1; step <= 30; step++) {
            grid.evaluate("(grid, step) => { grid.scrollTop = step * 431; }", step);
            page.waitForFunction("""
                    () => {
                      const grid = document.querySelector(".grid");
                      const height = 34;
                      const first = Math.floor(grid.scrollTop / height);
                      const last = Math.ceil((grid.scrollTop + grid.clientHeight - height) / height) - 1;
                      const there = [...grid.querySelectorAll(".grid-body .grid-row")]
                        .map((row) => Number(row.getAttribute("aria-rowindex")) - 2);
                      for (let row = first; row <= last; row++) if (!there.includes(row)) return false;
                      return true;
                    }
                    """);
        }
        assertThat(count()).hasText(Pattern.compile("^([4-9]\\d\\d|\\d,\\d{3}) events"));
    }

    @Test
    void overview_brushed_zoomsIn() {
        // The chart is below the errors, which come later.
        window.go("/ui/?from=2026-11-02T00:00:00Z&to=2026-11-04T00:00:00Z", "Show all 14 kinds");
        com.microsoft.playwright.options.BoundingBox box =
                page.locator(".chart .u-over").first().boundingBox();
        page.mouse().move(box.x + box.width * 0.25, box.y + 40);
        page.mouse().down();
        page.mouse().move(box.x + box.width * 0.5, box.y + 60);
        page.mouse().up();
        page.waitForURL(Pattern.compile("from=2026-11-02T1[12]"));
        assertThat(page.locator(".tile-value").first()).not().hasText("2,854");
    }

    @Test
    void trace_nextProblem_goesFromOneToTheNext() {
        window.go("/ui/trace?id=airline-task00-trial0", "book_reservation");
        page.keyboard().press("n");
        assertThat(page.locator(".grid-row.selected")).containsText("book_reservation");
        page.keyboard().press("n");
        assertThat(page.locator(".grid-row.selected")).containsText("task.reward");
    }

    @Test
    void export_ofWhatIsShown_downloadsAllOfIt() throws IOException {
        type("status:error");
        assertThat(count()).hasText("72 events");
        List<String> links = page.locator(".export a").all().stream()
                .map(link -> link.getAttribute("href"))
                .toList();
        assertThat(links)
                .containsExactly(
                        "/v1/events/export?filter=status%3Aerror&format=ndjson",
                        "/v1/events/export?filter=status%3Aerror&format=csv");
        Download download = page.waitForDownload(() -> page.getByText("NDJSON").click());
        List<String> lines = Files.readAllLines(download.path());
        assertThat(lines).hasSize(73);
        assertThat(lines.get(72)).contains("\"events\":72");
    }

    private void type(String text) {
        search().click();
        page.keyboard().type(text);
        page.keyboard().press("Enter");
    }

    private Locator search() {
        return page.getByLabel("Filter events");
    }

    private Locator count() {
        return page.locator(".count");
    }

    private String query() {
        String url = page.url();
        return URLDecoder.decode(url.replaceFirst(".*[?&]query=([^&]*).*", "$1"), StandardCharsets.UTF_8);
    }
}
