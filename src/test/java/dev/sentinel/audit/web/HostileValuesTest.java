package dev.sentinel.audit.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.web.Browser.Window;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Values in every field that would be markup, scripts or styles if they were not treated as text. */
@ExtendWith(BrowserExtension.class)
final class HostileValuesTest {
    private static final List<String> CORPUS = List.of(
            "<script>window.hacked=1</script>",
            "<img src=x onerror=window.hacked=1>",
            "\"><svg/onload=window.hacked=1>",
            "'-(window.hacked=1)-'",
            "javascript:window.hacked=1",
            "</title><script>window.hacked=1</script>",
            "</script><script>window.hacked=1</script>",
            "{{constructor.constructor('window.hacked=1')()}}",
            "${window.hacked=1}",
            "<a href=\"javascript:window.hacked=1\">x</a>",
            "<iframe srcdoc='<script>parent.hacked=1</script>'>",
            "<style>*{display:none}</style>",
            "<math><mi//xlink:href=\"data:x,<script>window.hacked=1</script>\">",
            "&lt;script&gt;window.hacked=1&lt;/script&gt;",
            "\u202Etxt.exe\u2066<b>",
            "__proto__",
            "constructor",
            "..",
            "%2e%2e/%2e%2e",
            "a\nb\tc",
            "]]><!--",
            "__html");

    @TempDir
    private Path directory;

    @Test
    void values_hostile_areShownAsTextInEveryView(Browser browser) {
        try (RunningServer server = RunningServer.start(directory);
                Window window = browser.window(server.client().port())) {
            assertThat(server.client()
                            .post(
                                    "application/x-ndjson",
                                    CORPUS.stream()
                                            .map(HostileValuesTest::event)
                                            .collect(Collectors.joining("\n")))
                            .statusCode())
                    .isEqualTo(201);
            window.show("/ui/?range=1h", "Active agents");
            window.show("/ui/agents", "22 agents");
            assertThat(window.page().locator("tbody td:first-child").allTextContents())
                    .containsExactlyInAnyOrderElementsOf(CORPUS);
            window.show("/ui/events", "22 events");
            assertThat(window.page().locator(".grid-body .c-resource").allTextContents())
                    .containsExactlyInAnyOrderElementsOf(CORPUS);
            for (String value : CORPUS) {
                String encoded = URLEncoder.encode(value, StandardCharsets.UTF_8);
                window.go("/ui/agent?id=" + encoded, "Show events");
                window.go(
                        "/ui/events?query=" + URLEncoder.encode("resource:" + quote(value), StandardCharsets.UTF_8),
                        "1 event");
                window.page().locator(".grid-body .grid-row").click();
                assertThat(window.page().locator(".detail-resource")).isVisible();
                assertThat(window.page().locator(".detail-resource").textContent())
                        .isEqualTo(value);
                // A value of several lines is shown with its lines, not as JSON.
                String json = new JsonObject().put(value, value).encode();
                assertThat(window.page().locator(".detail .json").textContent())
                        .contains(
                                value.contains("\n")
                                        ? "\"a\\nb\\tc\": " + value
                                        : json.replace("\":\"", "\": \"").replaceAll("^\\{|}$", ""));
                window.go("/ui/trace?id=" + encoded, "What happened");
                window.page().getByText("As a list").click();
                window.awaitText("1 event");
            }
            assertThat(window.page().evaluate("window.hacked")).isNull();
            assertThat(window.complaints()).isEmpty();
        }
    }

    private static String event(String value) {
        return new JsonObject()
                .put(
                        "event_id",
                        UUID.nameUUIDFromBytes(value.getBytes(StandardCharsets.UTF_8))
                                .toString())
                .put("agent_instance_id", value)
                .put("trace_id", value)
                .put("actor", "agent")
                .put("action_type", "tool_call")
                .put("resource", value)
                .put("status", "error")
                .put("metadata", new JsonObject().put(value, value))
                .encode();
    }

    private static String quote(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
