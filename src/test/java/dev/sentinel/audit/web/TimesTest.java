package dev.sentinel.audit.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.web.Browser.Window;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Times that are none, in URLs and in answers: a view shows the rest of what it has. */
@ExtendWith(BrowserExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TimesTest {
    private static final Pattern BROKEN = Pattern.compile("Invalid|NaN|undefined");

    private RunningServer server;
    private Window window;
    private Page page;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.start(directory);
        server.client().post("application/json", SampleEvents.any());
    }

    @BeforeEach
    void open(Browser browser) {
        window = browser.window(server.client().port());
        page = window.page();
    }

    @AfterEach
    void leave() {
        assertThat(window.complaints()).isEmpty();
        window.close();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void formats_ofAnything_returnATextWithoutInvalidDates() {
        window.show("/ui/", "Overview");

        Object wrong = page.evaluate("""
                async () => {
                  const main = document.querySelector("script[type=module]").src;
                  const module = (name) => import(main.replace("main.js", name));
                  const { ago, clock, date, dateTime, duration, moment, span, utc, zonedTime } =
                    await module("format.js");
                  const { bounds, fixed, iso, rangeOf, shifted } = await module("range.js");
                  const { clockProblem, effectiveTime } = await module("eventtime.js");
                  const { axisOf, barsOf, extent, idleBefore } = await module("waterfall.js");
                  const anything = [undefined, null, "", "never", "2026-13-45T99:00:00Z", "2026-02-30", NaN,
                    Infinity, -Infinity, 8.64e15, -8.64e15, 8.65e15, "+275760-09-13T00:00:00Z",
                    "-271821-04-20T00:00:00Z", 0, "0000-01-01T00:00:00Z", {}, []];
                  const event = (sent, received) => ({ timestamp: sent, received_at: received, latency_ms: null });
                  const drawn = (at, bars) =>
                    [axisOf(bars, true, Date.parse(at)).x(bars[0].start), extent(bars), idleBefore(bars)];
                  const of = (at, other) => {
                    const range = rangeOf({ from: at, to: other }, "24h");
                    return [
                      ago(at), clock(at), date(at), dateTime(at), duration(at), moment(at), span(at, other), utc(at),
                      zonedTime(at), iso(at) ?? "", clockProblem(event(at, other)) ?? "",
                      `${effectiveTime(event(at, other))}`, JSON.stringify(bounds({ from: at, to: other })),
                      ...[bounds(range), fixed(at, other), shifted(range, -1), shifted(range, 1),
                        drawn(at, barsOf([event(at, other), event(other, at)]))].map((one) => JSON.stringify(one)),
                    ];
                  };
                  return anything.flatMap((at) => anything.flatMap((other) => {
                    try {
                      return of(at, other).filter((text) => typeof text !== "string" || /Invalid|NaN|undefined|null,/
                        .test(text.replace('"range":null,', "")));
                    } catch (error) {
                      return [`${at} ${other}: ${error.stack}`];
                    }
                  }));
                }
                """);

        assertThat((List<?>) wrong).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from=x&to=y",
                "from=2026-13-45&to=2026-13-46",
                "from=%2B275760-09-12T00:00:00Z&to=%2B275760-09-13T00:00:00Z",
                "from=-271821-04-20T00:00:00Z&to=%2B275760-09-13T00:00:00Z",
                "range=constructor"
            })
    void range_ofTheUrl_thatIsNone_isLeftOut(String range) {
        for (String view : new String[] {"", "runs", "events", "agent"}) {
            page.navigate("/ui/" + view + "?id=agent-1&facets=1&" + range);
            page.locator(".custom-range > button").click();
            assertThat(page.locator("form.popover input").first()).isVisible();
            assertIsWhole();
            page.keyboard().press("Escape");
            if (page.getByTitle("Earlier").count() > 0) {
                page.getByTitle("Earlier").click();
                assertIsWhole();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"never", "", "2026-13-45T00:00:00Z"})
    void event_withoutATime_isShownWithTheOthers(String time) {
        page.route(url -> url.contains("/v1/"), route -> forge(route, time));

        window.show("/ui/events?facets=1", "web_search");
        assertThat(page.locator(".grid-body .grid-row")).hasCount(1);
        page.locator(".grid-body .grid-row").click();
        assertThat(page.locator(".detail")).containsText("cannot be read");
        assertIsWhole();
        window.show("/ui/runs", "trace-1");
        assertIsWhole();
        window.show("/ui/trace?id=trace-1", "web_search");
        assertIsWhole();
        window.show("/ui/agents", "agent-1");
        assertIsWhole();
        window.show("/ui/agent?id=agent-1", "agent-1");
        assertIsWhole();
        window.show("/ui/?range=30d", "Overview");
        assertIsWhole();
    }

    private static void forge(Route route, String time) {
        if (route.request().url().contains("/stream")) {
            route.resume();
            return;
        }
        var answer = route.fetch();
        route.fulfill(new Route.FulfillOptions()
                .setResponse(answer)
                .setBody(answer.text()
                        .replaceAll(
                                "\"(timestamp|start|end|first_seen|last_seen)\":\"[^\"]*\"",
                                "\"$1\":\"" + time + '"')));
    }

    private void assertIsWhole() {
        assertThat(page.locator("body")).not().containsText(BROKEN);
    }
}
