package dev.sentinel.audit.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.TestClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of the dashboard, as the server gives them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UiResourceTest {
    private static final Path SOURCES = Path.of("src/main/resources/dev/sentinel/audit/web/ui");
    private static final int MAX_TRANSFER_BYTES = 200_000;

    private final Bundle bundle = Bundle.load();
    private RunningServer running;
    private TestClient server;

    @BeforeAll
    void start(@TempDir Path directory) {
        running = RunningServer.start(directory);
        server = running.client();
    }

    @AfterAll
    void stop() {
        running.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/ui/", "/ui/events", "/ui/events?query=status:error", "/ui/agent?id=a.js", "/ui/trace?id=.."})
    void view_any_isThePage(String path) {
        assertThat(server.get(path).body()).startsWith("<!doctype html>");
    }

    @Test
    void path_withoutSlash_isRedirected() {
        HttpResponse<String> response = server.get("/ui");
        assertThat(response.headers().firstValue("Location")).hasValue("/ui/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ui/nothing", "/ui/main.js", "/ui/../ui/index.html", "/ui/0123456789abcdef/main.js"})
    void path_unknown_is404(String path) {
        assertThat(server.get(path).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"package-info.class", "..%2Fdocs%2Findex.html", "vendor/../../main.js", ""})
    void file_notOfTheBundle_is404(String name) {
        assertThat(server.get("/ui/" + bundle.folder() + "/" + name).statusCode())
                .isEqualTo(404);
    }

    @Test
    void page_policy_allowsNothingInlineAndNoOtherHost() {
        String policy = header("/ui/", "Content-Security-Policy");
        assertThat(policy)
                .startsWith("default-src 'none'; script-src 'self';")
                .doesNotContain("unsafe", "http", "*", "data:");
    }

    @Test
    void page_isAskedForEachTime() {
        assertThat(header("/ui/", "Cache-Control")).isEqualTo("no-cache");
    }

    @Test
    void file_isKeptForEver() {
        assertThat(header("/ui/" + bundle.folder() + "/main.js", "Cache-Control"))
                .contains("immutable");
    }

    @Test
    void page_hasNothingInline() {
        assertThat(server.get("/ui/").body()).doesNotContain("${", "style=", "onload", "javascript:");
        assertThat(server.get("/ui/").body()).doesNotContainPattern("<script(?![^>]*src=)");
    }

    @Test
    void page_references_areAllServed() {
        List<String> missing = Pattern.compile("(?:src|href)=\"(/ui/[^\"]+)\"")
                .matcher(server.get("/ui/").body())
                .results()
                .map(result -> result.group(1))
                .filter(path -> server.get(path).statusCode() != 200)
                .toList();
        assertThat(missing).isEmpty();
    }

    /** A file that is not in the list would be missing in the product. */
    @Test
    void bundle_lists_allFilesThereAre() throws IOException {
        Set<String> listed = new TreeSet<>(Bundle.MODULES);
        listed.addAll(Bundle.STYLES);
        listed.addAll(Set.of("index.html", "icon.svg"));
        try (Stream<Path> files = Files.list(SOURCES)) {
            Set<String> there =
                    files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
            assertThat(there).isEqualTo(listed);
        }
    }

    @Test
    void modules_imports_areOfTheBundle() {
        Set<String> unknown = new TreeSet<>();
        bundle.files().forEach((name, file) -> {
            String folder = name.contains("/") ? name.substring(0, name.lastIndexOf('/') + 1) : "";
            imports(file.plain().toString(UTF_8))
                    .map(imported -> folder + imported.replaceFirst("^\\./", ""))
                    .filter(imported -> name.endsWith(".js") && !bundle.files().containsKey(imported))
                    .forEach(imported -> unknown.add(name + " imports " + imported));
        });
        assertThat(unknown).isEmpty();
    }

    private static Stream<String> imports(String module) {
        return Pattern.compile("^(?:import|export)\\b[^;\"']*?from ?\"([^\"]+)\"", Pattern.MULTILINE)
                .matcher(module)
                .results()
                .map((MatchResult result) -> result.group(1));
    }

    @Test
    void bundle_transfer_isSmall() {
        long bytes = bundle.page().gzip().length()
                + bundle.files().values().stream()
                        .mapToLong(file -> file.gzip().length())
                        .sum();
        assertThat(bytes).isBetween(30_000L, (long) MAX_TRANSFER_BYTES);
    }

    private String header(String path, String name) {
        return server.get(path).headers().firstValue(name).orElseThrow();
    }
}
