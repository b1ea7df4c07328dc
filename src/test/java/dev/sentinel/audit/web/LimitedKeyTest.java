package dev.sentinel.audit.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.TestKeys;
import dev.sentinel.audit.keys.KeyToken;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.web.Browser.Window;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard for a key that may read only some agents. */
@ExtendWith(BrowserExtension.class)
final class LimitedKeyTest {
    /** The server keeps no such figures for a part of the agents. An empty list would say that there are no errors. */
    @Test
    void figures_thatAreWithheld_areNotShownAsNone(@TempDir Path directory, Browser browser) {
        KeyToken key = TestKeys.make(directory, Set.of(Scope.READ, Scope.INGEST), "agent-", null, null);
        try (RunningServer server = RunningServer.start(directory);
                Window window = browser.window(server.client().port())) {
            server.client()
                    .post(
                            BodyPublishers.ofString(SampleEvents.any().replace("\"success\"", "\"error\"")),
                            "Content-Type",
                            "application/json",
                            "Authorization",
                            "Bearer " + key.text());
            Page page = window.show("/ui/?from=2026-11-02T00:00:00Z&to=2026-11-03T00:00:00Z", "Sign in");
            page.getByLabel("Key").fill(key.text());
            page.keyboard().press("Enter");
            window.awaitText("Active agents");

            assertThat(panel(page, "Resources")).containsText("Not available for this key.");
            assertThat(page.locator(".tile").nth(3)).containsText("Not available for this key.");
            assertThat(panel(page, "What broke").locator("li")).hasCount(1);
            assertThat(page.getByText("No errors.")).hasCount(0);
            assertThat(page.locator(".tile").nth(1)).containsText("1 error,");
            window.go("/ui/events?facets=1", "all that match");
            assertThat(page.locator(".facets")).containsText("not by resource, for this key");
            window.go("/ui/events?facets=1&query=status:error", "web_search");
            assertThat(page.locator(".facets [role=status]")).hasText("1 event, all that match");
            assertThat(page.locator(".facets")).not().containsText("for this key");
            assertThat(window.complaints()).isEmpty();
        }
    }

    private static Locator panel(Page page, String title) {
        return page.locator(".panel")
                .filter(new Locator.FilterOptions()
                        .setHas(page.locator("h2", new Page.LocatorOptions().setHasText(title))));
    }
}
