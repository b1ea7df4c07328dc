package dev.sentinel.audit.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.web.Browser.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every view with 2,854 real events, at both widths and in both themes; {@code -Dscreenshots=true} writes
 * target/screenshots.
 */
@ExtendWith(BrowserExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ViewsTest {
    private static final String DAYS = "from=2026-11-02T00:00:00Z&to=2026-11-04T00:00:00Z";

    private RunningServer server;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        server = RunningServer.start(directory);
        server.client().post("application/x-ndjson", Files.readString(Path.of("src/test/resources/agent-runs.ndjson")));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "overview,      /ui/?" + DAYS + ",                                        airline-support-003",
        "runs,          /ui/runs,                                                 payment amount does not add up",
        "runs-failed,   /ui/runs?status=error&agent=airline-support-002,          airline-task33-trial2",
        "events,        /ui/events,                                               transfer_to_human_agents",
        "events-detail, /ui/events?query=status:error&event=a291efe2-c55e-5618-976b-5a3feecc0b79, book_reservation",
        "facets,        /ui/events?facets=1&query=-status:success,                all that match",
        "compare,       /ui/compare?left=airline-task00-trial0&right=airline-task00-trial1, differences in",
        "agents,        /ui/agents,                                               airline-support-002",
        "agent,         /ui/agent?id=airline-support-002,                         airline-task49-trial2",
        "trace,         /ui/trace?id=airline-task00-trial0,                       book_reservation",
        "sources-sent,  /ui/sources,                                              Who sends",
        "keys-0, /ui/keys,                                                        This server asks for no key",
        "destinations-0, /ui/destinations,                                        passes its events on to no other",
    })
    void view_withRealEvents_hasNoViolationsInAnyTheme(String name, String path, String text, Browser browser) {
        try (Window window = browser.window(server.client().port())) {
            window.show(path, text);
            assertThat(window.inspect(name)).isEmpty();
            assertThat(window.complaints()).isEmpty();
        }
    }
}
