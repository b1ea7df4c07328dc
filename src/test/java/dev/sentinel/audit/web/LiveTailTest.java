package dev.sentinel.audit.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.web.Browser.Window;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Following live events. */
@ExtendWith(BrowserExtension.class)
final class LiveTailTest {
    private static final int PER_SECOND = 1_000;
    private static final int SECONDS = 4;

    /** The delay that a person notices; rendering all events one by one would block for longer. */
    private static final int LONGEST_STOP_MS = 500;

    /** A machine that is busy with others may stop it once; a page that is too slow is so each time. */
    private static final int TRIES = 3;

    private RunningServer server;
    private Window window;
    private Page page;

    @BeforeEach
    void start(@TempDir Path directory, Browser browser) {
        server = RunningServer.start(directory);
        window = browser.window(server.client().port());
        page = window.page();
    }

    @AfterEach
    void stop() {
        window.close();
        server.close();
    }

    /** Runs without other tests beside it, which would take the processors away for a second at a time. */
    @Test
    @Tag("alone")
    void tail_ofAThousandEventsASecond_staysResponsive() throws Exception {
        int longest = longestStopMs("try-1");
        for (int more = 2; longest >= LONGEST_STOP_MS && more <= TRIES; more++) {
            longest = Math.min(longest, longestStopMs("try-" + more));
        }

        assertThat(longest).isLessThan(LONGEST_STOP_MS);
        assertThat(window.complaints()).isEmpty();
    }

    /** For how long nothing was drawn while events of this resource came. */
    private int longestStopMs(String resource) throws Exception {
        ScheduledExecutorService clients = Executors.newSingleThreadScheduledExecutor();
        try {
            post(1, resource);
            window.show("/ui/events?live=1&query=resource:" + resource, "1 event");
            awaitLive();
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
                    clients.scheduleAtFixedRate(() -> post(PER_SECOND / 10, resource), 0, 100, TimeUnit.MILLISECONDS);
            page.waitForFunction(
                    "n => Number(document.querySelector('.count').textContent.replace(/\\D/g, '')) >= n",
                    PER_SECOND * SECONDS);
            posting.cancel(false);
            return ((Number) page.evaluate("window.longest")).intValue();
        } finally {
            clients.shutdownNow();
            clients.awaitTermination(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void tail_readerBelowTheTop_isNotMoved() {
        post(100);
        window.show("/ui/events?live=1", "100 events");
        awaitLive();
        scrollDown();
        String seen = page.locator("[aria-rowindex='30']").getAttribute("id");

        post(7);
        page.getByText("7 new events").waitFor();

        assertThat(page.locator("[aria-rowindex='30']")).hasAttribute("id", seen);
        page.getByText("7 new events").click();
        assertThat(page.locator(".count")).hasText("107 events");
    }

    @Test
    void tail_paused_showsNewEventsWhenResumed() {
        post(1);
        window.show("/ui/events?live=1", "1 event");
        awaitLive();
        page.keyboard().press("p");
        post(2);
        page.getByText("2 new events").waitFor();
        assertThat(page.locator(".count")).hasText("1 event");
        page.keyboard().press("p");
        assertThat(page.locator(".count")).hasText("3 events");
    }

    /** Somebody is about to click the row. */
    @Test
    void tail_whileARowIsPointedAt_doesNotMoveIt() {
        post(3);
        window.show("/ui/events?live=1", "3 events");
        awaitLive();
        page.locator(".grid-body .grid-row").first().hover();
        String seen = page.locator("[aria-rowindex='2']").getAttribute("id");

        post(2);
        page.getByText("2 new events").waitFor();

        assertThat(page.locator("[aria-rowindex='2']")).hasAttribute("id", seen);
        page.mouse().move(2, 2);
        assertThat(page.locator(".count")).hasText("5 events");
    }

    @Test
    void tail_whileAnEventIsOpen_waitsUntilItIsClosed() {
        post(3);
        window.show("/ui/events?live=1", "3 events");
        awaitLive();
        page.keyboard().press("j");
        assertThat(page.locator(".detail")).hasCount(1);

        post(2);
        page.getByText("2 new events").waitFor();

        assertThat(page.locator(".count")).hasText("3 events");
        page.keyboard().press("Escape");
        assertThat(page.locator(".count")).hasText("5 events");
    }

    /** The list starts over, wherever the previous one was scrolled to. */
    @Test
    void tail_afterAnotherListWasScrolled_addsAtTheTop() {
        post(100);
        window.show("/ui/events", "100 events");
        scrollDown();
        window.go("/ui/events?query=status:denied", "No events match.");
        window.go("/ui/events?live=1", "100 events");
        awaitLive();

        post(7);

        assertThat(page.locator(".count")).hasText("107 events");
    }

    /** The list ends early instead of having a gap. */
    @Test
    void tail_ofMoreThanTheLimit_keepsTheNewest() {
        post(1);
        window.show("/ui/events?live=1", "1 event");
        awaitLive();

        for (int batch = 1; batch <= 5; batch++) {
            post(1_000);
            assertThat(page.locator(".count"))
                    .hasText(batch < 5 ? "%,d events".formatted(batch * 1_000 + 1) : "The newest 5,000 events");
        }

        assertThat(page.locator(".grid")).hasAttribute("aria-rowcount", "5001");
    }

    /** A stream that was refused begins after the page was loaded: events in between are loaded again. */
    @Test
    void tail_refusedAtFirst_losesNothing() {
        AtomicInteger refusals = new AtomicInteger();
        page.route("**/v1/events/stream*", route -> {
            if (refusals.getAndIncrement() == 0) {
                route.fulfill(new Route.FulfillOptions().setStatus(503));
            } else {
                route.resume();
            }
        });
        post(3);
        window.show("/ui/events?live=1", "Connection lost");
        assertThat(page.locator(".count")).hasText("3 events");

        post(2);

        awaitLive();
        assertThat(page.locator(".count")).hasText("5 events");
    }

    private void awaitLive() {
        assertThat(page.locator(".live-line")).hasText(Pattern.compile("^Live"));
    }

    /** Scrolls until the 30th row is visible. */
    private void scrollDown() {
        page.locator(".grid").evaluate("grid => { grid.scrollTop = 680; }");
        page.waitForFunction("() => document.querySelector('[aria-rowindex=\"30\"]')");
    }

    private void post(int events) {
        post(events, "web_search");
    }

    private void post(int events, String resource) {
        server.client()
                .post(
                        "application/x-ndjson",
                        Stream.generate(SampleEvents::any)
                                .limit(events)
                                .map(event -> event.replace("web_search", resource))
                                .collect(Collectors.joining("\n")));
    }
}
