package dev.sentinel.audit.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Cookie;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.web.Browser.Window;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that requires a key. */
@ExtendWith(BrowserExtension.class)
final class SignInTest {
    /** Contains characters that a cookie must not contain. */
    private static final String TOKEN = "the-token,of;this\\\"test";

    /** Sends an event that breaks the contract, with the page's value if there is one; returns the status. */
    private static final String CHANGE = """
            name => fetch("/v1/events", {
              method: "POST",
              headers: {
                "Content-Type": "application/json",
                "Sentinel-Page-Token": sessionStorage.getItem(name) ?? "",
              },
              body: "{}",
            }).then((response) => response.status)
            """;

    @TempDir
    private Path directory;

    @Test
    void signIn_withKey_opensTheRequestedViewAndSignOutClosesIt(Browser browser) {
        try (RunningServer server = RunningServer.start(directory, Map.of("API_TOKEN", TOKEN));
                Window window = browser.window(server.client().port())) {
            Page page = window.show("/ui/agents", "Sign in");
            List<String> violations = window.inspect("sign-in");

            page.getByLabel("Key").fill("snt_wrong");
            page.keyboard().press("Enter");
            window.awaitText("This key is unknown.");
            page.getByLabel("Key").fill(TOKEN);
            page.keyboard().press("Enter");

            window.awaitText("Waiting for the first event");
            Cookie cookie = page.context().cookies().get(0);
            assertThat(cookie.httpOnly).isTrue();
            assertThat(page.evaluate("document.cookie")).isEqualTo("");
            assertThat((String) page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})"))
                    .matches("\\{\"sentinel:page-token\":\"[\\w-]{43}\"}");
            assertThat(page.evaluate(CHANGE, "")).isEqualTo(401);
            assertThat(page.evaluate(CHANGE, "sentinel:page-token")).isEqualTo(422);
            page.reload();
            window.awaitText("Waiting for the first event");
            page.getByTitle("Signed in as").click();
            page.getByText("Sign out").click();
            page.getByLabel("Key").waitFor();
            assertThat(page.context().cookies()).isEmpty();
            assertThat(page.evaluate("JSON.stringify(sessionStorage)")).isEqualTo("{}");
            assertThat(violations).isEmpty();
        }
    }

    /** The session ends while a view is open that loads data or follows events. */
    @ParameterizedTest
    @ValueSource(strings = {"/ui/agents", "/ui/events?live=1"})
    void session_thatEnds_asksForAKeyAgain(String path, Browser browser) {
        try (RunningServer server = RunningServer.start(directory, Map.of("API_TOKEN", TOKEN));
                Window window = browser.window(server.client().port())) {
            server.client()
                    .post(
                            BodyPublishers.ofString(SampleEvents.any()),
                            "Content-Type",
                            "application/json",
                            "Authorization",
                            "Bearer " + TOKEN);
            Page page = window.show("/ui/", "Sign in");
            page.getByLabel("Key").fill(TOKEN);
            page.keyboard().press("Enter");
            window.awaitText("Active agents");

            page.context().clearCookies();
            page.evaluate(
                    "path => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }",
                    path);

            page.getByLabel("Key").waitFor();
        }
    }
}
