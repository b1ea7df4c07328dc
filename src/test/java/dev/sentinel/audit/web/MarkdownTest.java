package dev.sentinel.audit.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sentinel.audit.MarkdownDocument;
import dev.sentinel.audit.MarkdownDocument.Fence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sources of the README and the guides: no link leads nowhere, and no example escapes the tests. */
final class MarkdownTest {
    /**
     * What {@code it.GuidesIT} or a test of the feature runs or compiles, what is parsed here, and what is not code.
     */
    private static final Set<String> LANGUAGES = Set.of(
            "bash",
            "java",
            "python",
            "javascript",
            "json",
            "text",
            "sql",
            "nginx",
            "ini",
            "toml",
            "yaml",
            "xml",
            "console",
            "sh",
            "shell");

    private static final Set<String> COMMANDS = Set.of("console", "sh", "shell");

    private static final int README_LINES = 200;
    private static final int COLUMNS = 120;

    private static final Map<Path, MarkdownDocument> DOCUMENTS =
            MarkdownDocument.all().stream().collect(Collectors.toMap(MarkdownDocument::path, Function.identity()));

    static List<MarkdownDocument> documents() {
        return MarkdownDocument.all();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void links_relative_leadToFilesAndHeadings(MarkdownDocument document) {
        List<String> dead = document.destinations().stream()
                .filter(destination -> !destination.matches("[a-z]+:.*"))
                .filter(destination -> !exists(document, destination))
                .toList();
        assertThat(dead).isEmpty();
    }

    private static boolean exists(MarkdownDocument from, String destination) {
        String[] parts = destination.split("#", 2);
        Path folder = from.path().resolveSibling("");
        Path file = parts[0].isEmpty() ? from.path() : folder.resolve(parts[0]).normalize();
        if (file.startsWith("..") || file.isAbsolute() || !Files.exists(file)) {
            return false;
        }
        return parts.length == 1
                || (DOCUMENTS.containsKey(file) && anchors(DOCUMENTS.get(file)).contains(parts[1]));
    }

    private static List<String> anchors(MarkdownDocument document) {
        return Guide.parse(document.toString(), document.text()).sections().stream()
                .map(Guide.Section::anchor)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void fences_all_areTestedOrSayWhyNot(MarkdownDocument document) {
        List<String> wrong = new ArrayList<>();
        for (Fence fence : document.fences()) {
            if (!LANGUAGES.contains(fence.language())) {
                wrong.add(fence + " has no known language: \"" + fence.language() + '"');
            } else if (COMMANDS.contains(fence.language()) && fence.notRun().isEmpty()) {
                wrong.add(fence + " has commands that are neither bash nor not-run=\"reason\"");
            } else if (fence.language().equals("text")
                    && fence.code().lines().anyMatch(line -> line.matches("(\\$|sudo|curl|bin/\\w+|mvn) .*"))) {
                wrong.add(fence + " has commands, but says that it is text");
            }
        }
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void json_all_parses(MarkdownDocument document) {
        ObjectMapper json = new ObjectMapper();
        for (Fence fence : document.tested("json")) {
            assertThatCode(() -> {
                        try (MappingIterator<Object> values =
                                json.readerFor(Object.class).readValues(fence.code())) {
                            values.readAll();
                        }
                    })
                    .as(fence.toString())
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void readme_isShort() {
        List<String> lines = DOCUMENTS.get(Path.of("README.md")).text().lines().toList();
        assertThat(lines).hasSizeLessThanOrEqualTo(README_LINES);
        assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(COLUMNS));
    }
}
