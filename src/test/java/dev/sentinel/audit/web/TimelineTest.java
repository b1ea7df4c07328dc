package dev.sentinel.audit.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ForcedColors;
import com.microsoft.playwright.options.LoadState;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.web.Browser.Window;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The chart of the overview, in ten buckets of a minute, the last of which has all events. */
@ExtendWith(BrowserExtension.class)
final class TimelineTest {
    private static final String TEN_MINUTES = "/ui/?from=2026-11-02T07:56:00Z&to=2026-11-02T08:06:00Z";

    /** What a bar, a line or a mark needs to be seen (WCAG 2.2, 1.4.11). */
    private static final double MIN_CONTRAST = 3;

    private RunningServer server;
    private Window window;
    private Page page;

    @BeforeEach
    void start(@TempDir Path directory, Browser browser) {
        server = RunningServer.start(directory);
        server.client()
                .post(
                        "application/x-ndjson",
                        SampleEvents.any() + "\n" + SampleEvents.any().replace("\"success\"", "\"error\""));
        window = browser.window(server.client().port());
        page = window.page();
    }

    @AfterEach
    void stop() {
        assertThat(window.complaints()).isEmpty();
        window.close();
        server.close();
    }

    @Test
    void chart_newestBucket_isDrawnAndFillsTheEndOfTheAxis() {
        window.show(TEN_MINUTES, "Active agents");

        Map<?, ?> heights = (Map<?, ?>) page.evaluate("""
                async () => {
                  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
                  const canvas = document.querySelector(".chart canvas");
                  const box = canvas.getBoundingClientRect();
                  const over = document.querySelector(".chart .u-over").getBoundingClientRect();
                  const scale = canvas.width / box.width;
                  const x = (share) => Math.round((over.left - box.left + over.width * share) * scale);
                  const width = x(0.95) - x(0.85) + 1;
                  const { data } = canvas.getContext("2d").getImageData(x(0.85), 0, width, canvas.height);
                  const opaque = (column) => data.filter((value, index) =>
                    index % 4 === 3 && Math.floor(index / 4) % width === column && value > 200).length;
                  return { last: opaque(width - 1), before: opaque(0) };
                }
                """);
        assertThat((int) heights.get("last")).isGreaterThan(50);
        assertThat((int) heights.get("before")).isLessThan(10);
    }

    /** Right of the middle of a bar, the start of the next one is nearer. */
    @Test
    void pointer_anywhereOverABar_readsThatBar() {
        window.show(TEN_MINUTES, "Active agents");
        // What comes later moves the chart away from under the pointer.
        page.waitForLoadState(LoadState.NETWORKIDLE);
        BoundingBox chart = page.locator(".chart .u-over").first().boundingBox();
        Locator legend = page.locator(".legend");

        for (double share : new double[] {0.91, 0.95, 0.99}) {
            page.mouse().move(chart.x + chart.width * share, chart.y + 40);
            assertThat(legend).containsText("2 Nov, 09:05 – 09:06");
            assertThat(legend).containsText("success 1");
        }
        page.mouse().move(chart.x + chart.width * 0.88, chart.y + 40);
        assertThat(legend).containsText("2 Nov, 09:04 – 09:05");
        assertThat(legend).containsText("success 0");
    }

    @Test
    void axis_ofAPastDay_hasItsDate() {
        page.addInitScript("""
                window.drawn = [];
                const fillText = CanvasRenderingContext2D.prototype.fillText;
                CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
                  window.drawn.push(text);
                  return fillText.call(this, text, ...rest);
                };
                """);
        window.show(TEN_MINUTES, "Active agents");

        page.waitForFunction("() => window.drawn.some((text) => text.includes('2 Nov'))");
    }

    @ParameterizedTest
    @EnumSource(names = {"LIGHT", "DARK"})
    void colors_ofBarsLinesAndMarks_canBeSeen(ColorScheme scheme) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        window.show(TEN_MINUTES, "Active agents");

        Map<?, ?> colors = (Map<?, ?>) page.evaluate("""
                () => {
                  const style = getComputedStyle(document.documentElement);
                  const names = ["surface", "ground", "bar-success", "bar-pending", "bar-denied", "bar-error",
                    "line-p95", "line-p50", "who-agent", "who-human", "who-system"];
                  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
                }
                """);

        double surface = luminance((String) colors.get("surface"));
        colors.forEach((name, color) -> {
            if (!List.of("surface", "ground").contains(name)) {
                assertThat(contrast(luminance((String) color), surface))
                        .as("%s %s", name, color)
                        .isGreaterThanOrEqualTo(MIN_CONTRAST);
            }
        });
    }

    @Test
    void bars_inTheColorsOfTheUser_remain() {
        page.emulateMedia(new Page.EmulateMediaOptions().setForcedColors(ForcedColors.ACTIVE));
        window.show(TEN_MINUTES, "Active agents");

        List<?> colors =
                (List<?>) page.locator(".bar-rest, .bar-errors, .key, .dot").evaluateAll("""
                        (nodes) => nodes.map((node) => getComputedStyle(node, node.matches(".key") ? "::before" : null))
                          .map((style) => style.backgroundColor)
                        """);

        String canvas = (String) page.evaluate("getComputedStyle(document.body).backgroundColor");
        assertThat(colors.stream().map(String::valueOf)).isNotEmpty().doesNotContain(canvas, "rgba(0, 0, 0, 0)");
    }

    private static double contrast(double one, double other) {
        return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    }

    /** Of a color {@code #rrggbb}, as WCAG 2.2 defines it. */
    private static double luminance(String color) {
        int rgb = Integer.parseInt(color.substring(1), 16);
        return 0.2126 * linear(rgb >> 16 & 0xff) + 0.7152 * linear(rgb >> 8 & 0xff) + 0.0722 * linear(rgb & 0xff);
    }

    private static double linear(int channel) {
        double value = channel / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }
}
