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
                    .hasSize(5)
                    .allSatisfy(sample -> assertThat(sample)
                            .contains("http://127.0.0.1:" + server.client().port())
                            .doesNotContain("/proc/"));
            assertThat(window.page().locator(".sample code").allTextContents())
                    .contains("mvn package", "pip install \"$(bin/build-python-sdk)\"");
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

    /** Not only on Linux: the sample reads nothing of the machine. */
    @Test
    void sample_curl_isAnEventThatTheServerTakes(Browser browser) {
        try (RunningServer server = RunningServer.start(directory);
                Window window = browser.window(server.client().port())) {
            window.show("/ui/", "Waiting for the first event");
            String sample = window.page().getByLabel("Sample in curl").textContent();

            String body = sample.substring(sample.indexOf('{'), sample.lastIndexOf('}') + 1);

            assertThat(server.client().post("application/json", body).statusCode())
                    .isEqualTo(201);
            window.awaitText("Active agents");
        }
    }
}
