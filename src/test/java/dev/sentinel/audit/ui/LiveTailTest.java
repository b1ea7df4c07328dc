package dev.sentinel.audit.ui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.ui.Browser.Window;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Following events as they come. */
@ExtendWith(BrowserExtension.class)
final class LiveTailTest {
    private static final int PER_SECOND = 1_000;
    private static final int SECONDS = 4;

    /** What a person notices; a rendering that took all events one by one would stop for longer. */
    private static final int LONGEST_STOP_MS = 500;

    @TempDir
    private Path directory;

    @Test
    void tail_ofAThousandEventsASecond_staysResponsive(Browser browser) throws Exception {
        ScheduledExecutorService clients = Executors.newSingleThreadScheduledExecutor();
        try (RunningServer server = RunningServer.start(directory);
                Window window = browser.window(server.client().port())) {
            post(server, 1);
            Page page = window.show("/ui/events?live=1", "1 event");
            assertThat(page.locator(".live-line")).hasText(Pattern.compile("^Live"));
            page.evaluate("""
                    () => {
                      window.longest = 0;
                      let last = performance.now();
                      const beat = (now) => {
                        window.longest = Math.max(window.longest, now - last);
                        last = now;
                        requestAnimationFrame(beat);
                      };
                      requestAnimationFrame(beat);
                    }
                    """);

            ScheduledFuture<?> posting =
                    clients.scheduleAtFixedRate(() -> post(server, PER_SECOND / 10), 0, 100, TimeUnit.MILLISECONDS);
            page.waitForFunction(
                    "n => Number(document.querySelector('.count').textContent.replace(/\\D/g, '')) >= n",
                    PER_SECOND * SECONDS);
            posting.cancel(false);

            assertThat(((Number) page.evaluate("window.longest")).intValue()).isLessThan(LONGEST_STOP_MS);
            assertThat(window.complaints()).isEmpty();
        } finally {
            clients.shutdownNow();
            clients.awaitTermination(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void tail_readerBelowTheTop_isNotMoved(Browser browser) {
        try (RunningServer server = RunningServer.start(directory);
                Window window = browser.window(server.client().port())) {
            post(server, 100);
            Page page = window.show("/ui/events?live=1", "100 events");
            assertThat(page.locator(".live-line")).hasText(Pattern.compile("^Live"));
            page.locator(".grid").evaluate("grid => { grid.scrollTop = 680; }");
            page.waitForFunction("() => document.querySelector('[aria-rowindex=\"30\"]')");
            String seen = page.locator("[aria-rowindex='30']").getAttribute("id");

            post(server, 7);
            page.getByText("7 new events").waitFor();

            assertThat(page.locator("[aria-rowindex='30']")).hasAttribute("id", seen);
            page.getByText("7 new events").click();
            assertThat(page.locator(".count")).hasText("107 events");
        }
    }

    @Test
    void tail_paused_showsWhatHasComeWhenItGoesOn(Browser browser) {
        try (RunningServer server = RunningServer.start(directory);
                Window window = browser.window(server.client().port())) {
            post(server, 1);
            Page page = window.show("/ui/events?live=1", "1 event");
            assertThat(page.locator(".live-line")).hasText(Pattern.compile("^Live"));
            page.keyboard().press("p");
            post(server, 2);
            page.getByText("2 new events").waitFor();
            assertThat(page.locator(".count")).hasText("1 event");
            page.keyboard().press("p");
            assertThat(page.locator(".count")).hasText("3 events");
        }
    }

    private static void post(RunningServer server, int events) {
        server.client()
                .post(
                        "application/x-ndjson",
                        Stream.generate(SampleEvents::any).limit(events).collect(Collectors.joining("\n")));
    }
}
