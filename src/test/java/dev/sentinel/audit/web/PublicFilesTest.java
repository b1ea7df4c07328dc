package dev.sentinel.audit.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.TestClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages of a server below a path: whatever they name is below it too. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PublicFilesTest {
    private static final Pattern REFERENCE = Pattern.compile("(?:src|href|data-contract)=\"(/[^\"#]*)");

    private RunningServer running;
    private TestClient server;

    @BeforeAll
    void start(@TempDir Path directory) {
        running = RunningServer.start(directory, Map.of("BASE_PATH", "/sentinel"));
        server = running.client();
    }

    @AfterAll
    void stop() {
        running.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/docs", "/docs/", "/docs/api", "/docs/dashboard", "/docs/api-reference", "/ui/", "/ui/events"})
    void page_itsReferences_haveThePrefixAndAreServed(String page) {
        String html = server.get("/sentinel" + page).body();
        List<String> references = REFERENCE
                .matcher(html)
                .results()
                .map(reference -> reference.group(1))
                .distinct()
                .toList();

        assertThat(html).doesNotContain("${").isEqualTo(server.get(page).body());
        assertThat(references).hasSizeGreaterThan(5).allSatisfy(reference -> {
            assertThat(reference).startsWith("/sentinel/");
            assertThat(server.get(reference).statusCode()).as(reference).isEqualTo(200);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/docs", "/docs/api-reference"})
    void page_ofTheDocumentation_marksItsTab(String page) {
        assertThat(server.get("/sentinel" + page).body())
                .contains("href=\"/sentinel" + page + "\" aria-current=\"true\"");
    }

    @Test
    void searchIndex_itsUrls_haveThePrefix() {
        assertThat(new JsonArray(server.get("/sentinel/docs/search.json").body()))
                .isNotEmpty()
                .allSatisfy(section ->
                        assertThat(((JsonObject) section).getString("url")).startsWith("/sentinel/docs"));
    }

    @Test
    void contract_itsServer_isThePrefix() {
        assertThat(server.getJson("/sentinel/openapi.json")
                        .getJsonArray("servers")
                        .getJsonObject(0)
                        .getString("url"))
                .isEqualTo("/sentinel");
    }

    @Test
    void root_program_isToldWhereTheDocumentationIs() {
        assertThat(server.getJson("/sentinel/").getString("docs")).isEqualTo("/sentinel/docs");
        assertThat(server.getJson("/").getString("docs")).isEqualTo("/sentinel/docs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/sentinel/", "/", "/sentinel/ui", "/ui"})
    void page_redirect_hasThePrefix(String path) {
        HttpResponse<String> response = server.get(path, "Accept", "text/html");
        assertThat(response.statusCode()).isBetween(300, 399);
        assertThat(response.headers().firstValue("Location")).hasValue("/sentinel/ui/");
    }
}
