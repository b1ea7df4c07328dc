package dev.sentinel.audit.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.web.Browser.Window;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the overview says of a day: what broke, since when, and how it compares with the day before. */
@ExtendWith(BrowserExtension.class)
final class OverviewTest {
    private static final String DAY = "/ui/?from=2026-11-02T00:00:00Z&to=2026-11-03T00:00:00Z";

    private RunningServer server;
    private Window window;
    private Page page;

    @BeforeEach
    void start(@TempDir Path directory, Browser browser) {
        server = RunningServer.start(directory);
        post("2026-11-01T10:00:00Z", "pay", "success", null);
        post("2026-11-02T08:00:00Z", "pay", "error", "paid 255 of 305 for 7d444840-9dc0-4bd1-b245-5ffdce74fad2");
        post("2026-11-02T09:30:00Z", "pay", "error", "paid 12 of 305 for 0f6c5a52-8f3b-4a65-9f0e-000000000001");
        post("2026-11-02T09:40:00Z", "pay", "error", "card refused");
        post("2026-11-02T10:00:00Z", "search", "error", null);
        post("2026-11-02T10:00:01Z", "search", "denied", null);
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
    void errors_thatDifferInNumbers_areOneKindWithItsFirstTime() {
        window.show(DAY, "What broke");

        Locator kinds = page.locator(".failures li");
        assertThat(kinds).hasText(new Pattern[] {
            Pattern.compile("pay\\s*paid # of # for #.*agent-1.*since 2 Nov.*, 09:00:00.*2"),
            Pattern.compile("pay\\s*card refused.*since 2 Nov.*, 10:40:00.*1|search.*"),
            Pattern.compile("search\\s*without a text.*1|pay.*"),
        });
        kinds.first().click();
        window.awaitText("2 events");
        assertThat(page.locator(".grid-body .c-resource")).hasText(new String[] {"pay", "pay"});
    }

    @Test
    void tiles_compareWithTheRangeBefore() {
        window.show(DAY, "What broke");

        assertThat(page.locator(".tile").first()).hasText("Events5+400 %, 1 before");
        assertThat(page.locator(".tile").nth(1)).containsText("4 errors, 0 % before");
        assertThat(page.locator(".tile").nth(2)).hasText("Denied10 before");
    }

    @Test
    void allDeniedOfLastWeek_asCsv_takeThreeClicks() {
        page.clock().setFixedTime("2026-11-11T10:00:00Z");
        window.show("/ui/", "Active agents");

        page.getByRole(AriaRole.BUTTON, named("Last week")).click();
        page.locator("a.tile", new Page.LocatorOptions().setHasText("Denied1")).click();
        Download csv =
                page.waitForDownload(() -> page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("CSV"))
                        .click());

        assertThat(csv.suggestedFilename()).endsWith(".csv");
        assertThat(readString(csv.path()).lines().filter(line -> line.contains(",denied,")))
                .hasSize(1);
        assertThat(readString(csv.path())).doesNotContain(",error,").contains("2026-11-02T10:00:01");
    }

    private static Page.GetByRoleOptions named(String name) {
        return new Page.GetByRoleOptions().setName(name).setExact(true);
    }

    private static String readString(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void resources_sortedByErrors_leadToTheirErrors() {
        window.show(DAY, "What broke");
        Locator resources = page.getByLabel("Table of resources");

        resources.getByText("Error rate").click();
        assertThat(resources.locator("tbody tr").first()).hasText(Pattern.compile("pay.*100 %"));
        resources.locator("tbody a.errors").first().click();
        window.awaitText("3 events");
        assertThat(page.locator(".chip")).hasCount(2);
    }

    private void post(String time, String resource, String status, String error) {
        JsonObject event = new JsonObject(SampleEvents.any())
                .put("timestamp", time)
                .put("resource", resource)
                .put("status", status);
        if (error != null) {
            event.put("metadata", new JsonObject().put("error", error));
        }
        assertThat(server.client().post("application/json", event.encode()).statusCode())
                .isEqualTo(201);
    }
}
