package dev.sentinel.audit.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.web.Browser.Window;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Searches for one old event among so many others that the first pages of the answer are empty. */
@ExtendWith(BrowserExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SearchProgressTest {
    private static final int OTHERS = 30_000;
    private static final int BATCH = 5_000;

    private RunningServer server;
    private Window window;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.start(directory);
        post(SampleEvents.any().replace("2026-11-02T08", "2026-11-02T07").replace("web_search", "needle"));
        for (int sent = 0; sent < OTHERS; sent += BATCH) {
            post(Stream.generate(SampleEvents::any).limit(BATCH).collect(Collectors.joining("\n")));
        }
    }

    @BeforeEach
    void open(Browser browser) {
        window = browser.window(server.client().port());
    }

    @AfterEach
    void close() {
        assertThat(window.complaints()).isEmpty();
        window.close();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void search_whoseFirstPagesAreEmpty_goesOnUntilItFinds() {
        Page page = window.show("/ui/events?query=resource:needle", "needle");

        assertThat(page.locator(".grid-body .c-resource")).hasText(new String[] {"needle"});
        assertThat(page.locator(".count")).hasText("1 event");
        assertThat(window.requests().stream().filter(url -> url.contains("cursor=")))
                .isNotEmpty();
    }

    @Test
    void search_thatFindsNothing_saysSoOnlyAtTheEnd() {
        window.show("/ui/events?query=resource:nothing", "No events match.");

        assertThat(window.requests().stream().filter(url -> url.contains("cursor=")))
                .isNotEmpty();
    }

    /** The second page is held back, so that the search is under way for as long as the test looks. */
    @Test
    void search_underWay_saysHowFarItHasReadAndCanBeStopped() {
        AtomicInteger held = new AtomicInteger();
        window.page().route(Pattern.compile("cursor="), route -> {
            if (held.getAndIncrement() > 0) {
                route.resume();
            }
        });

        Page page = window.show("/ui/events?query=resource:needle", "Nothing found so far.");
        assertThat(page.locator(".state")).hasText(Pattern.compile(".*Searched back to 2 Nov.*, 09:05:13.886 … Stop"));

        page.getByText("Stop").click();
        assertThat(page.locator(".state")).hasText(Pattern.compile("Nothing found so far, searched back to .*"));

        page.getByText("Search further").click();
        assertThat(page.locator(".count")).hasText("1 event");
    }

    private void post(String events) {
        assertThat(server.client().post("application/x-ndjson", events).statusCode())
                .isEqualTo(201);
    }
}
