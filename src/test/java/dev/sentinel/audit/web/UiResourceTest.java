package dev.sentinel.audit.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.TestClient;
import dev.sentinel.audit.config.BasePath;
import dev.sentinel.audit.http.PublicPath;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of the dashboard, as the server sends them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UiResourceTest {
    private static final Path SOURCES = Path.of("src/main/resources/dev/sentinel/audit/web/ui");
    private static final int MAX_TRANSFER_BYTES = 200_000;

    private final Map<String, StaticFile> files = Dashboard.load(new PublicPath(BasePath.NONE));
    private final String folder = folder(files);
    private RunningServer running;
    private TestClient server;

    /** The path of the folder that all files but the page are in. */
    private static String folder(Map<String, StaticFile> files) {
        String script = files.keySet().stream()
                .filter(path -> path.endsWith("/main.js"))
                .findFirst()
                .orElseThrow();
        return script.substring(0, script.length() - "main.js".length());
    }

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
    void file_notOfTheFolder_is404(String name) {
        assertThat(server.get(folder + name).statusCode()).isEqualTo(404);
    }

    @Test
    void page_policy_allowsNothingInlineAndNoOtherHost() {
        String policy = header("/ui/", "Content-Security-Policy");
        assertThat(policy)
                .startsWith("default-src 'none'; script-src 'self';")
                .doesNotContain("unsafe", "http", "*", "data:");
    }

    @Test
    void page_isRevalidatedEachTime() {
        assertThat(header("/ui/", "Cache-Control")).isEqualTo("no-cache");
    }

    @Test
    void file_isKeptForEver() {
        assertThat(header(folder + "main.js", "Cache-Control")).contains("immutable");
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

    @Test
    void folder_hasAllFilesThereAre() throws IOException {
        try (Stream<Path> sources = Files.list(SOURCES)) {
            List<String> paths = sources.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("index.html"))
                    .map(name -> folder + name)
                    .toList();
            assertThat(files).containsKeys(paths.toArray(String[]::new));
            assertThat(files.keySet().stream().filter(path -> path.startsWith(folder) && !path.contains("/vendor/")))
                    .hasSameSizeAs(paths);
        }
    }

    @Test
    void folder_isTheSameForTheSameFiles() {
        assertThat(folder(Dashboard.load(new PublicPath(BasePath.NONE)))).isEqualTo(folder);
    }

    @Test
    void modules_imports_areAllServed() {
        Set<String> unknown = new TreeSet<>();
        files.forEach((path, file) -> {
            if (path.endsWith(".js")) {
                imports(file.plain().toString(UTF_8))
                        .filter(imported -> !files.containsKey(resolve(path, imported)))
                        .forEach(imported -> unknown.add(path + " imports " + imported));
            }
        });
        assertThat(unknown).isEmpty();
    }

    private static String resolve(String path, String imported) {
        return path.substring(0, path.lastIndexOf('/') + 1) + imported.replaceFirst("^\\./", "");
    }

    private static Stream<String> imports(String module) {
        return Pattern.compile("^(?:import|export)\\b[^;\"']*?from ?\"([^\"]+)\"", Pattern.MULTILINE)
                .matcher(module)
                .results()
                .map((MatchResult result) -> result.group(1));
    }

    @Test
    void icons_all_areUsed() throws IOException {
        StringBuilder others = new StringBuilder();
        try (Stream<Path> sources = Files.list(SOURCES)) {
            for (Path source :
                    sources.filter(file -> !file.endsWith("icons.js")).toList()) {
                others.append(Files.readString(source));
            }
        }
        String icons = Files.readString(SOURCES.resolve("icons.js"));
        assertThat(Pattern.compile("^  (\\w+): \"", Pattern.MULTILINE)
                        .matcher(icons)
                        .results()
                        .map(icon -> '"' + icon.group(1) + '"'))
                .isNotEmpty()
                .allSatisfy(icon -> assertThat(others).contains(icon));
    }

    @Test
    void transfer_ofAllFiles_isSmall() {
        long bytes = Set.copyOf(files.values()).stream()
                .mapToLong(file -> file.gzip() == null
                        ? file.plain().length()
                        : file.gzip().length())
                .sum();
        assertThat(bytes).isBetween(30_000L, (long) MAX_TRANSFER_BYTES);
    }

    private String header(String path, String name) {
        return server.get(path).headers().firstValue(name).orElseThrow();
    }
}
