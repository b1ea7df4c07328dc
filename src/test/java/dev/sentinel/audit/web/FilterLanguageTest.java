package dev.sentinel.audit.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.web.Browser.Window;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The query line of the dashboard is a filter of the API: what the browser writes is what the server reads. */
@ExtendWith(BrowserExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FilterLanguageTest {
    private static final String CHARACTERS = "ab:*\"\\ \tü€😀'/_-.0{}()\n";
    private static final int VALUES = 120;

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final UUID EVENT = UUID.fromString("7d444840-9dc0-4bd1-b245-5ffdce74fad2");

    private RunningServer server;
    private Window window;
    private Page page;

    @BeforeAll
    void start(@TempDir Path directory, Browser browser) {
        server = RunningServer.start(directory);
        post(event().put("event_id", EVENT.toString()).put("trace_id", TRACE).put("session_id", "chat-2026-11"));
        post(event().put("status", "error").put("latency_ms", 900));
        post(event().put("status", "denied").put("agent_instance_id", "demo-1"));
        window = browser.window(server.client().port());
        page = window.show("/ui/", "Overview");
    }

    @AfterAll
    void stop() {
        window.close();
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "agent:a status:error                | agent:a; status:error",
                "visa \"visa refused\"               | visa; \"visa refused\"",
                "a (b OR c) -d                       | a; (b OR c); -d",
                "a OR b                              | a OR b",
                "(a (b OR c))   d                    | (a (b OR c)); d",
                "resource:\"SELECT (a\"* b           | resource:\"SELECT (a\"*; b",
                "\"not closed OR x                   | \"not closed OR x",
                "a:\"x\\\" OR y\" b                  | a:\"x\\\" OR y\"; b",
                "a) b                                | a); b",
            })
    void line_any_isSplitIntoChips(String line, String chips) {
        Object found = module("chipsOf(given).map(({ text }) => text).join('; ')", line);
        assertThat(found).isEqualTo(chips);
    }

    /** A click on a value adds a term; a search for the term must find that value and no other. */
    @Test
    void term_ofAnyValue_findsExactlyThatValue() {
        Random random = new Random(17);
        List<String> values = new ArrayList<>();
        for (int i = 0; i < VALUES; i++) {
            values.add(value(random) + i);
            post(event().put("resource", values.get(i)).put("metadata", new JsonObject().put("a.b", values.get(i))));
        }

        List<?> terms = (List<?>) module("given.map((value) => exactly('resource', value))", values);
        List<?> members = (List<?>) module("given.map((value) => exactMember(['a.b'], value))", values);

        for (int i = 0; i < VALUES; i++) {
            assertThat(resources(terms.get(i) + " " + members.get(i)))
                    .as("%s %s", terms.get(i), members.get(i))
                    .containsExactly(values.get(i));
        }
    }

    @Test
    void term_ofAVeryLongValue_isAFilterThatTheServerTakes() {
        String value = "x😀".repeat(500);
        post(event().put("resource", value));

        String term = (String) module("exactly('resource', given)", value);

        assertThat(resources(term)).containsExactly(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "status:error b        | status:denied    | b status:denied",
                "-status:error         | status:denied    | -status:error status:denied",
                "a OR b                | status:denied    | (a OR b) status:denied",
                "meta.x:1              | meta.y:1         | meta.x:1 meta.y:1",
                "visa                  | \"refused\"      | visa \"refused\"",
            })
    void term_added_takesThePlaceOfItsKey(String line, String term, String result) {
        assertThat(module("withTerm(given[0], given[1])", List.of(line, term))).isEqualTo(result);
    }

    /** Each was left out of list and export, or became a text that nothing contains. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-status:success                              | 2 events",
                "latency:>500                                 | 1 event",
                "agent:demo-*                                 | 1 event",
                "(status:error OR status:denied)              | 2 events",
                "trace:0af7651916cd43dd8448eb211c80319c       | 1 event",
            })
    void filter_ofTheLanguage_filtersListAndExport(String line, String count) {
        show(line, count);

        assertThat(page.locator(".count")).hasText(count);
        String href = page.getByText("NDJSON").getAttribute("href");
        String events = Pattern.compile("\\D+").matcher(count).replaceAll("");
        assertThat(server.client().get(href).body())
                .contains("\"export\":{\"events\":" + events + ",\"complete\":true");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "status:deneid                | did you mean denied?                     | status:denied",
                "agnet:demo-1                 | did you mean agent?                      | agent:demo-1",
                "status:error status:denied   | write OR between them   | (status:error OR status:denied)",
                "b x:y                        | must be in double quotes                 | \"x:y\"",
            })
    void filter_wrong_blocksListAndExportAndSaysWhatWasMeant(String line, String said, String meant) {
        show(line, "The filter is not valid");

        assertThat(page.locator(".mistake")).containsText(said);
        assertThat(page.locator(".chip.wrong")).hasCount(1);
        assertThat(page.locator(".grid-body .grid-row")).hasCount(0);
        assertThat(page.locator(".export a")).hasCount(0);
        page.locator(".mistake .button", new Page.LocatorOptions().setHasText(meant))
                .click();
        assertThat(page.locator(".mistake")).hasCount(0);
        assertThat(page.locator(".export a")).hasCount(2);
    }

    /** It is a run, a conversation or an event, not a text in the metadata. */
    @Test
    void id_pasted_becomesWhatItNames() {
        show("", "events");
        paste(TRACE);
        assertThat(page.locator(".chip")).hasText(Pattern.compile("trace:\\s*" + TRACE));

        show("", "events");
        paste("chat-2026-11");
        assertThat(page.locator(".chip")).hasText(Pattern.compile("session:\\s*chat-2026-11"));

        show("", "events");
        paste(EVENT.toString());
        assertThat(page.locator(".detail")).containsText(TRACE);
        assertThat(page.locator(".chip")).hasCount(0);
    }

    @Test
    void chip_clicked_canBeChanged() {
        show("status:error", "1 event");
        page.locator(".chip-text").click();
        Locator input = page.getByLabel("Filter events");
        assertThat(input).isFocused();
        assertThat(input).hasValue("status:error");
        input.fill("status:denied");
        page.keyboard().press("Enter");
        assertThat(page.locator(".chip")).hasText(Pattern.compile("status:\\s*denied"));
    }

    /** A stream takes fewer searches for texts than a list, and an EventSource does not know why it was refused. */
    @Test
    void stream_ofTooManyTexts_saysSo() {
        window.go("/ui/agents", "Last seen");
        window.go("/ui/events?live=1&query=a+b+c+d+e", "Too many texts to follow live.");
    }

    private void paste(String text) {
        page.getByLabel("Filter events").fill(text);
        page.keyboard().press("Enter");
    }

    private void show(String line, String text) {
        window.go("/ui/agents", "Last seen");
        window.go("/ui/events?query=" + URLEncoder.encode(line, StandardCharsets.UTF_8), text);
    }

    /** Evaluates an expression about {@code given} with the functions of the module. */
    private Object module(String expression, Object given) {
        String script = """
                async (given) => {
                  const main = document.querySelector("script[type=module]").src;
                  const filter = await import(main.replace("main.js", "filter.js"));
                  const { chipsOf, exactly, exactMember, withTerm } = filter;
                  return EXPRESSION;
                }
                """;
        return page.evaluate(script.replace("EXPRESSION", expression), given);
    }

    private List<String> resources(String filter) {
        JsonArray events = server.client()
                .getJson("/v1/events?filter=" + URLEncoder.encode(filter, StandardCharsets.UTF_8))
                .getJsonArray("events");
        return events.stream()
                .map(event -> ((JsonObject) event).getString("resource"))
                .toList();
    }

    private static String value(Random random) {
        int[] characters = CHARACTERS.codePoints().toArray();
        StringBuilder value = new StringBuilder();
        int length = 1 + random.nextInt(8);
        for (int at = 0; at < length; at++) {
            value.appendCodePoint(characters[random.nextInt(characters.length)]);
        }
        return value.toString();
    }

    private static JsonObject event() {
        return new JsonObject(SampleEvents.any());
    }

    private void post(JsonObject event) {
        assertThat(server.client().post("application/json", event.encode()).statusCode())
                .isEqualTo(201);
    }
}
