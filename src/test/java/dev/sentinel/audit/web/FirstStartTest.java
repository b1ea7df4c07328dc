package dev.sentinel.audit.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.web.Browser.Window;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A server without events. */
@ExtendWith(BrowserExtension.class)
final class FirstStartTest {
    @TempDir
    private Path directory;

    @Test
    void start_empty_showsHowToSendAndThenShowsDataAutomatically(Browser browser) {
        try (RunningServer server = RunningServer.start(directory);
                Window window = browser.window(server.client().port())) {
            window.show("/ui/", "Waiting for the first event");
            assertThat(window.page().locator("pre").allTextContents())
                    .hasSize(4)
                    .allSatisfy(sample -> assertThat(sample)
                            .contains("http://127.0.0.1:" + server.client().port()));
            List<String> violations = window.inspect("welcome");
            List<String> before = window.requests();

            server.client().post("application/json", SampleEvents.any());

            window.awaitText("Active agents");
            assertThat(window.requests().stream().filter(url -> url.endsWith("/ui/")))
                    .hasSize(1);
            assertThat(before).noneMatch(url -> url.contains("/v1/stats"));
            assertThat(violations).isEmpty();
            assertThat(window.complaints()).isEmpty();
        }
    }
}
