package dev.sentinel.audit.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.web.Browser.Window;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The query language as the browser parses it. */
@ExtendWith(BrowserExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FilterLanguageTest {
    private static final List<String> KEYS = List.of("agent", "trace", "actor", "action", "status", "resource", "text");
    private static final String CHARACTERS = "ab:*\"\\ \tü€😀'/_-.0{}";
    private static final int LINES = 2_000;

    private RunningServer server;
    private Window window;

    @BeforeAll
    void start(@TempDir Path directory, Browser browser) {
        server = RunningServer.start(directory);
        window = browser.window(server.client().port());
        window.show("/ui/", "Waiting for the first event");
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
                "agent:a status:error                | {agent_instance_id=[a], status=[error]}",
                "status:error status:denied          | {status=[error, denied]}",
                "status:error status:error           | {status=[error]}",
                "visa refused                        | {q=[visa refused]}",
                "visa status:error refused           | {status=[error], q=[visa refused]}",
                "\"visa refused\" now                | {q=[visa refused, now]}",
                "resource:book_*                     | {resource_prefix=[book_]}",
                "resource:\"SELECT *\"               | {resource=[SELECT *]}",
                "resource:\"SELECT a\"*              | {resource_prefix=[SELECT a]}",
                "resource:*                          | {resource=[*]}",
                "agent_instance_id:a action_type:db_query | {agent_instance_id=[a], action_type=[db_query]}",
                "https://example.com:8000/           | {q=[https://example.com:8000/]}",
                "status:                             | {}",
                "status:nonsense                     | {}",
                "\"                                  | {}",
                "text\"quoted                        | {q=[text\"quoted]}",
                "constructor:a __proto__:b           | {q=[constructor:a __proto__:b]}",
                "status:constructor                  | {}",
            })
    void line_asTyped_becomesParameters(String line, String parameters) {
        Object result = window.page().evaluate("""
                async (line) => {
                  const main = document.querySelector("script[type=module]").src;
                  const { parse, parameters } = await import(main.replace("main.js", "filter.js"));
                  return parameters(parse(line));
                }
                """, line);
        assertThat(String.valueOf(new TreeMap<>((Map<?, ?>) result)))
                .isEqualTo(String.valueOf(new TreeMap<>(parse(parameters))));
    }

    /** Every filter can be printed and parsed back unchanged: a shared URL shows what its sender saw. */
    @Test
    void terms_printed_parseToTheSameTerms() {
        Random random = new Random(17);
        List<List<Map<String, Object>>> lines = new ArrayList<>();
        for (int i = 0; i < LINES; i++) {
            lines.add(terms(random));
        }
        Object wrong = window.page().evaluate("""
                async (lines) => {
                  const main = document.querySelector("script[type=module]").src;
                  const { parse, print } = await import(main.replace("main.js", "filter.js"));
                  const json = JSON.stringify;
                  return lines.filter((terms) => json(parse(print(terms))) !== json(terms)).slice(0, 3);
                }
                """, lines);
        assertThat((List<?>) wrong).isEmpty();
    }

    private static List<Map<String, Object>> terms(Random random) {
        List<Map<String, Object>> terms = new ArrayList<>();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            String key = KEYS.get(random.nextInt(KEYS.size()));
            StringBuilder value = new StringBuilder();
            int length = 1 + random.nextInt(8);
            for (int at = 0; at < length; at++) {
                int[] characters = CHARACTERS.codePoints().toArray();
                value.appendCodePoint(characters[random.nextInt(characters.length)]);
            }
            Map<String, Object> term = new LinkedHashMap<>();
            term.put("key", key);
            term.put("value", value.toString() + i);
            term.put("prefix", key.equals("resource") && random.nextBoolean());
            terms.add(term);
        }
        return terms;
    }

    /** {@code {a=[b, c]}}. */
    private static Map<String, List<String>> parse(String text) {
        Map<String, List<String>> parsed = new TreeMap<>();
        Matcher members = Pattern.compile("(\\w+)=\\[(.*?)](?=, \\w+=|}$)").matcher(text);
        while (members.find()) {
            parsed.put(members.group(1), List.of(members.group(2).split(", ", -1)));
        }
        return parsed;
    }
}
