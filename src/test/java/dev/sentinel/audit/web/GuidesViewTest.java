package dev.sentinel.audit.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.WaitUntilState;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.web.Browser.Window;
import java.net.URI;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The documentation in a browser, at both widths and in both themes; {@code -Dscreenshots=true} writes
 * target/screenshots.
 */
@ExtendWith(BrowserExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GuidesViewTest {
    /** Its script has 1.7 megabytes, which take a busy machine a while to pack, to parse and to run. */
    private static final double SWAGGER_UI_TIMEOUT_MS = 40_000;

    private RunningServer server;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.start(directory);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"docs-index, /docs, PostgreSQL", "docs-api, /docs/api, NDJSON"})
    void page_isGoodInEveryTheme(String name, String path, String text, Browser browser) {
        try (Window window = window(browser)) {
            window.show(path, text);
            assertThat(window.inspect(name)).isEmpty();
            assertFlawless(window);
        }
    }

    @Test
    void phone_page_isNotWiderThanTheScreen(Browser browser) {
        try (Window window = window(browser)) {
            Page page = window.show("/docs/api", "NDJSON");
            page.setViewportSize(360, 740);
            assertThat((Boolean) page.evaluate("document.documentElement.scrollWidth <= innerWidth"
                            + " && document.querySelector('.docs').scrollWidth <= innerWidth"))
                    .isTrue();
        }
    }

    @Test
    void search_byKeyboard_findsASectionAndOpensIt(Browser browser) {
        try (Window window = window(browser)) {
            Page page = window.show("/docs", "PostgreSQL");
            page.keyboard().press("/");
            page.keyboard().type("ndjson BATCH");
            Locator first = page.locator(".found-link").first();
            first.waitFor();
            assertThat(first).containsText(Pattern.compile("batch", Pattern.CASE_INSENSITIVE));
            assertThat(page.locator(".found mark").first())
                    .hasText(Pattern.compile("ndjson|batch", Pattern.CASE_INSENSITIVE));
            assertThat(window.inspect("docs-search")).isEmpty();

            page.keyboard().press("ArrowDown");
            assertThat(first).isFocused();
            String target = first.getAttribute("href");
            page.keyboard().press("Enter");
            page.waitForURL("**" + target);
            assertThat(page.locator(".found")).isHidden();
            assertFlawless(window);
        }
    }

    @Test
    void search_nothingFound_saysSoAndEscapeCloses(Browser browser) {
        try (Window window = window(browser)) {
            Page page = window.show("/docs", "PostgreSQL");
            page.getByRole(AriaRole.SEARCHBOX).fill("<img src=x> zzz");
            window.awaitText("Nothing found");
            page.keyboard().press("Escape");
            assertThat(page.locator(".found")).isHidden();
            assertFlawless(window);
        }
    }

    @Test
    void link_ofAnEarlierVersionToAnOperation_opensTheApiReference(Browser browser) {
        try (Window window = window(browser)) {
            Page page = window.page();
            // The page is replaced while it loads.
            page.navigate("/docs#/Operations/getDocs", new Page.NavigateOptions().setWaitUntil(WaitUntilState.COMMIT));
            page.locator("#operations-Operations-getDocs")
                    .waitFor(new Locator.WaitForOptions().setTimeout(SWAGGER_UI_TIMEOUT_MS));
            assertThat(page).hasURL(Pattern.compile("/docs/api-reference#/Operations/getDocs$"));
            assertFlawless(window);
        }
    }

    @Test
    void dashboard_linksToTheGuides(Browser browser) {
        try (Window window = window(browser)) {
            Page page = window.show("/ui/", "Docs");
            assertThat(page.locator("a[href='/docs']")).isVisible();
        }
    }

    private Window window(Browser browser) {
        return browser.window(server.client().port());
    }

    /** No error, and no request to another host. */
    private static void assertFlawless(Window window) {
        assertThat(window.complaints()).isEmpty();
        assertThat(window.requests())
                .allSatisfy(url -> assertThat(URI.create(url).getHost()).isEqualTo("127.0.0.1"));
    }
}
