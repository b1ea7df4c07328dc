package dev.sentinel.audit.web;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.web.Browser.Window;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The browser of the other tests. */
@ExtendWith(BrowserExtension.class)
final class BrowserTest {
    /** A handler of requests runs within whatever call comes next, which may be one of the next window. */
    @Test
    void close_whileRequestsAreHandled_leavesNothingToTheNextWindow(Browser browser, @TempDir Path directory) {
        try (RunningServer server = RunningServer.start(directory)) {
            for (int window = 0; window < 3; window++) {
                try (Window one = browser.window(server.client().port())) {
                    Page page = one.show("/ui/agents", "Agents");
                    page.route(url -> url.contains("/v1/"), BrowserTest::pass);
                    page.evaluate("""
                            () => {
                              for (let i = 0; i < 40; i++) setTimeout(() => fetch(`/v1/events?limit=1&i=${i}`), 5 * i);
                            }
                            """);
                }
            }
        }
    }

    private static void pass(Route route) {
        var answer = route.fetch();
        route.fulfill(new Route.FulfillOptions().setResponse(answer));
    }
}
