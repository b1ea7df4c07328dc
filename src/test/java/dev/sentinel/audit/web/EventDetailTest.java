package dev.sentinel.audit.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.web.Browser.Window;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The details of events with long, multi-line and deceptive texts. */
@ExtendWith(BrowserExtension.class)
final class EventDetailTest {
    private static final String TRACE = "ValueError: no such thing\n  at one (a.py:1)\n  at two (b.py:7)";

    /** The least that a finger or an unsteady hand hits (WCAG 2.2, 2.5.8). */
    private static final double MIN_TARGET = 24;

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
        assertThat(window.complaints()).isEmpty();
        window.close();
        server.close();
    }

    @Test
    void resource_ofAThousandCharacters_leavesListAndCloseButtonInTheWindow() {
        open(event().put("resource", "x".repeat(1_000)));

        BoundingBox close = page.getByTitle("Close (Esc)").boundingBox();
        assertThat(close.x + close.width).isLessThanOrEqualTo(1_440);
        assertThat(page.locator(".grid").boundingBox().width).isGreaterThan(600);
        page.getByTitle("Close (Esc)").click();
        assertThat(page.locator(".detail")).hasCount(0);
    }

    @Test
    void metadata_clickedAndSelected_staysAndTheTextIsSelected() {
        open(event().put("metadata", new JsonObject().put("query", "open invoices")));
        String url = page.url();
        BoundingBox value = page.locator(".json-leaf").boundingBox();

        page.mouse().move(value.x + 2, value.y + value.height / 2);
        page.mouse().down();
        page.mouse().move(value.x + value.width - 2, value.y + value.height / 2);
        page.mouse().up();

        assertThat((String) page.evaluate("getSelection().toString()")).contains("open invoice");
        page.locator(".json-leaf").click();
        assertThat(page.url()).isEqualTo(url);
    }

    @Test
    void metadata_valueExcluded_isLeftOut() {
        post(event().put("metadata", new JsonObject().put("query", "other")));
        open(event().put("metadata", new JsonObject().put("query", "open invoices")));

        // By keyboard: these buttons are seen under the mouse, and can be reached without one.
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Leave out events with this query"))
                .focus();
        page.keyboard().press("Enter");

        assertThat(page.locator(".chip")).hasText(Pattern.compile("not meta.query:\\s*\"open invoices\""));
        assertThat(page.locator(".count")).hasText("1 event");
    }

    @Test
    void metadata_stackTrace_hasItsLines() {
        open(event().put("metadata", new JsonObject().put("error", TRACE)));

        assertThat(page.locator(".json-lines").textContent()).isEqualTo(TRACE);
        double line = ((Number)
                        page.locator(".json-lines").evaluate("node => parseFloat(getComputedStyle(node).lineHeight)"))
                .doubleValue();
        assertThat(page.locator(".json-lines").boundingBox().height).isGreaterThan(3 * line - 1);
    }

    /** The copy buttons were below them. */
    @Test
    void metadata_ofLongStrings_isCutUntilAskedForAndTheCopyButtonsStay() {
        open(event().put(
                        "metadata",
                        new JsonObject()
                                .put("text", "lorem ipsum ".repeat(2_000))
                                .put("unbroken", "A".repeat(9_000))));

        assertThat(page.locator(".json").boundingBox().height).isLessThan(1_500);
        assertThat((int) page.locator(".detail-body").evaluate("node => node.scrollWidth - node.clientWidth"))
                .isZero();
        for (Locator button :
                page.locator(".detail-actions button, .detail .icon-button").all()) {
            BoundingBox box = button.boundingBox();
            if (box != null) {
                assertThat(Math.min(box.width, box.height)).isGreaterThanOrEqualTo(MIN_TARGET);
            }
        }
        assertThat(page.getByText("Copy as JSON").boundingBox().y).isLessThan(300);
        page.getByText("Show all 24,000 characters").click();
        assertThat(page.locator(".json-leaf").first()).hasText(Pattern.compile("(lorem ipsum ){2000}"));
    }

    /** U+202E would turn the rest of the line around, and U+200B makes two names look the same. */
    @Test
    void names_withUnseenCharacters_showThemAndKeepTheirOrder() {
        String name = "pay\u202Ement\u200B-1";
        open(event().put("agent_instance_id", name));

        Locator cell = page.locator(".grid-body .c-agent");
        assertThat(cell.textContent()).isEqualTo(name);
        assertThat(cell.locator(".unseen").all().stream()
                        .map(mark -> mark.getAttribute("data-code"))
                        .toList())
                .isEqualTo(List.of("U+202E", "U+200B"));
        assertThat(cell.getAttribute("title")).isEqualTo("pay[U+202E]ment[U+200B]-1");
        List<?> lefts = (List<?>) cell.evaluate("""
                (cell) => {
                  const texts = [...cell.querySelector("bdi").childNodes].filter((node) => node.nodeType === 3);
                  return texts.map((text) => {
                    const range = document.createRange();
                    range.selectNodeContents(text);
                    return range.getBoundingClientRect().left;
                  });
                }
                """);
        assertThat(lefts.stream().map(left -> ((Number) left).doubleValue())).isSorted();
        window.go("/ui/agents", "Last seen");
        assertThat(page.locator("tbody .unseen")).hasCount(2);
        assertThat(window.inspect("agents-unseen")).isEmpty();
    }

    private void open(JsonObject event) {
        post(event);
        window.show("/ui/events?event=" + event.getString("event_id"), "Copy as JSON");
        assertThat(page.locator(".grid-row.selected")).hasCount(1);
    }

    private void post(JsonObject event) {
        assertThat(server.client().post("application/json", event.encode()).statusCode())
                .isEqualTo(201);
    }

    private static JsonObject event() {
        return new JsonObject(SampleEvents.any());
    }
}
