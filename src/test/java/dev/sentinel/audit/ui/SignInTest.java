package dev.sentinel.audit.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Cookie;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.ui.Browser.Window;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A server that asks for a key. */
@ExtendWith(BrowserExtension.class)
final class SignInTest {
    private static final String TOKEN = "the-token-of-this-test";

    @TempDir
    private Path directory;

    @Test
    void signIn_withKey_opensWhatWasAskedForAndSignOutClosesIt(Browser browser) {
        try (RunningServer server = RunningServer.start(directory, Map.of("API_TOKEN", TOKEN));
                Window window = browser.window(server.client().port())) {
            Page page = window.show("/ui/agents", "Sign in");
            List<String> violations = window.inspect("sign-in");

            page.getByLabel("Key").fill("snt_wrong");
            page.keyboard().press("Enter");
            window.awaitText("This key is not known here.");
            page.getByLabel("Key").fill(TOKEN);
            page.keyboard().press("Enter");

            window.awaitText("Waiting for the first event");
            Cookie cookie = page.context().cookies().get(0);
            assertThat(cookie.httpOnly).isTrue();
            assertThat(page.evaluate("document.cookie")).isEqualTo("");
            assertThat(page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})"))
                    .isEqualTo("{}");
            page.reload();
            window.awaitText("Waiting for the first event");
            page.getByText("Sign out").click();
            page.getByLabel("Key").waitFor();
            assertThat(page.context().cookies()).isEmpty();
            assertThat(violations).isEmpty();
        }
    }

    @Test
    void session_thatEnds_asksForAKeyAgain(Browser browser) {
        try (RunningServer server = RunningServer.start(directory, Map.of("API_TOKEN", TOKEN));
                Window window = browser.window(server.client().port())) {
            Page page = window.show("/ui/", "Sign in");
            page.getByLabel("Key").fill(TOKEN);
            page.keyboard().press("Enter");
            window.awaitText("Waiting for the first event");

            page.context().clearCookies();
            page.evaluate("history.pushState(null, '', '/ui/agents'); dispatchEvent(new PopStateEvent('popstate'))");
            page.reload();

            page.getByLabel("Key").waitFor();
        }
    }
}
