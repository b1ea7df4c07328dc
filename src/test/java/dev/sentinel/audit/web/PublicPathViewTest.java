package dev.sentinel.audit.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Cookie;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.web.Browser.Window;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard and the documentation in a browser, below {@code BASE_PATH}. */
@ExtendWith(BrowserExtension.class)
final class PublicPathViewTest {
    private static final String TOKEN = "the-token-of-this-test";

    /** The script of Swagger UI has 1.7 megabytes. */
    private static final double SWAGGER_UI_TIMEOUT_MS = 40_000;

    private RunningServer server;
    private Window window;
    private Page page;

    @BeforeEach
    void start(@TempDir Path directory, Browser browser) {
        server = RunningServer.start(directory, Map.of("BASE_PATH", "/sentinel", "API_TOKEN", TOKEN));
        window = browser.window(server.client().port());
        page = window.page();
    }

    @AfterEach
    void stop() {
        window.close();
        server.close();
    }

    @Test
    void dashboard_fromSignInToSignOut_staysBelowThePath() {
        post();
        post();
        window.show("/sentinel/ui/events", "Sign in");
        signIn();
        assertThat(page.locator(".count")).hasText("2 events");
        Cookie cookie = page.context().cookies().get(0);
        assertThat(cookie.path).isEqualTo("/sentinel/");

        page.locator(".grid-body .grid-row").first().click();
        page.waitForURL(Pattern.compile("/sentinel/ui/events\\?event="));
        assertThat(page.locator(".detail")).containsText("web_search");
        page.reload();
        assertThat(page.locator(".detail")).containsText("web_search");

        page.locator("nav a", new Page.LocatorOptions().setHasText("Agents")).click();
        page.waitForURL(Pattern.compile("/sentinel/ui/agents$"));
        page.goBack();
        page.waitForURL(Pattern.compile("/sentinel/ui/events\\?event="));

        window.show("/sentinel/ui/events?live=1", "2 events");
        assertThat(page.locator(".live-line")).hasText(Pattern.compile("^Live"));
        post();
        assertThat(page.locator(".count")).hasText("3 events");
        assertThat(page.locator(".export a").first())
                .hasAttribute("href", Pattern.compile("^/sentinel/v1/events/export\\?"));
        assertThat(page.getByText("Docs")).hasAttribute("href", "/sentinel/docs");

        page.getByTitle("Signed in as").click();
        page.getByText("Sign out").click();
        page.getByLabel("Key").waitFor();
        assertThat(page.context().cookies()).isEmpty();
        assertThat(window.complaints()).isEmpty();
        assertStayedBelowThePath();
    }

    @Test
    void welcome_itsSamples_nameTheWholeUrl() {
        window.show("/sentinel/ui/", "Sign in");
        signIn();
        window.awaitText("Waiting for the first event");

        String url = "http://127.0.0.1:" + server.client().port() + "/sentinel";
        assertThat(page.locator("pre").allTextContents())
                .anyMatch(text -> text.startsWith("curl -sS " + url + "/v1/events "))
                .anyMatch(text -> text.contains(".endpoint(\"" + url + "\")"))
                .anyMatch(text -> text.contains("AuditClient(\"" + url + "\""))
                .anyMatch(text -> text.equals("bin/sentinel demo --url " + url));
        post();
        window.awaitText("Active agents");
        assertStayedBelowThePath();
    }

    @Test
    void evidence_itsLinksAndCommands_stayBelowThePath() {
        post();
        window.show("/sentinel/ui/evidence", "Sign in");
        signIn();
        window.awaitText("Verify the log");

        String url = "http://127.0.0.1:" + server.client().port() + "/sentinel";
        assertThat(page.locator("pre").allTextContents())
                .anyMatch(text -> text.startsWith("bin/sentinel verify --url " + url + " --key '"))
                .anyMatch(text -> text.startsWith("curl -sS " + url + "/log/checkpoint ")
                        && text.contains("Authorization: Bearer $SENTINEL_TOKEN"));
        assertThat(page.locator("a[download]")).hasAttribute("href", "/sentinel/log/checkpoint");
        window.go("/sentinel/ui/events", "1 event");
        page.locator(".grid-body .grid-row").click();
        assertThat(page.locator(".detail a[download]"))
                .hasAttribute("href", Pattern.compile("^/sentinel/v1/events/[\\w-]{36}/proof\\?wait=2s$"));
        assertThat(window.complaints()).isEmpty();
        assertStayedBelowThePath();
    }

    /** Somebody on this machine opens the server itself. */
    @Test
    void dashboard_openedWithoutThePath_continuesBelowIt() {
        post();
        page.navigate("/ui/events?query=web_search");
        page.getByLabel("Key").waitFor();
        assertThat(page).hasURL(Pattern.compile("/sentinel/ui/events\\?query=web_search$"));
        signIn();
        assertThat(page.locator(".count")).hasText("1 event");
        assertThat(page.locator(".chip")).hasCount(1);
        page.reload();
        assertThat(page.locator(".count")).hasText("1 event");
        assertThat(window.complaints()).isEmpty();
    }

    @Test
    void documentation_searchAndApiReference_stayBelowThePath() {
        window.show("/sentinel/docs", "PostgreSQL");
        page.keyboard().press("/");
        page.keyboard().type("ndjson batch");
        Locator first = page.locator(".found-link").first();
        assertThat(first).hasAttribute("href", Pattern.compile("^/sentinel/docs/"));
        first.click();
        page.waitForURL(Pattern.compile("/sentinel/docs/"));

        page.navigate("/sentinel/docs#/Operations/getDocs");
        Locator operation = page.locator("#operations-Operations-getLiveness");
        operation.waitFor(new Locator.WaitForOptions().setTimeout(SWAGGER_UI_TIMEOUT_MS));
        assertThat(page).hasURL(Pattern.compile("/sentinel/docs/api-reference#/Operations/getDocs$"));
        operation.click();
        operation.getByText("Try it out").click();
        page.waitForResponse(
                Pattern.compile("/sentinel/health/live$"),
                () -> operation.getByText("Execute").click());

        assertThat(window.complaints()).isEmpty();
        assertStayedBelowThePath();
    }

    private void assertStayedBelowThePath() {
        String root = "http://127.0.0.1:" + server.client().port() + "/sentinel/";
        assertThat(window.requests())
                .hasSizeGreaterThan(10)
                .allSatisfy(url -> assertThat(url).startsWith(root));
    }

    private void signIn() {
        page.getByLabel("Key").fill(TOKEN);
        page.keyboard().press("Enter");
    }

    private void post() {
        server.client()
                .post(
                        BodyPublishers.ofString(SampleEvents.any()),
                        "Content-Type",
                        "application/json",
                        "Authorization",
                        "Bearer " + TOKEN);
    }
}
