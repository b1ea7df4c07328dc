package dev.sentinel.audit.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.TestClient;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocsResourceTest {
    private static final String API_REFERENCE = "/docs/api-reference";
    private static final String BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    private final OpenApiContract contract = OpenApiContract.load();
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

    @Test
    void root_program_getsJson() {
        HttpResponse<String> response = server.get("/");
        assertThat(new JsonObject(response.body()))
                .isEqualTo(new JsonObject()
                        .put("service", "Sentinel Audit API")
                        .put("status", "operational")
                        .put("version", RunningServer.VERSION)
                        .put("docs", "/docs"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "application/json", "application/json, text/html", "text/html;q=0.5, */*;q=0.9"})
    void root_prefersAnythingButHtml_getsJson(String accept) {
        assertThat(server.get("/", "Accept", accept).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {BROWSER, "text/html", "application/json;q=0.5, text/html"})
    void root_prefersHtml_isSentToTheDashboard(String accept) {
        HttpResponse<String> response = server.get("/", "Accept", accept);
        assertThat(response.headers().firstValue("Location")).hasValue("/ui/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", BROWSER})
    void root_anyAnswer_obeysContract(String accept) {
        contract.check("GET", "/", server.get("/", "Accept", accept));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/openapi.json", "/docs"})
    void file_answer_obeysContract(String path) {
        contract.check("GET", path, server.get(path));
    }

    @Test
    void contract_version_isTheServers() {
        JsonObject info = server.getJson("/openapi.json").getJsonObject("info");
        assertThat(info.getString("version")).isEqualTo(RunningServer.VERSION);
    }

    @Test
    void contract_server_isThisHost() {
        assertThat(server.getJson("/openapi.json")
                        .getJsonArray("servers")
                        .getJsonObject(0)
                        .getString("url"))
                .isEqualTo("/");
    }

    @Test
    void apiReference_policy_allowsNoOtherHostAndNothingInline() {
        String policy = server.get(API_REFERENCE)
                .headers()
                .firstValue("Content-Security-Policy")
                .orElseThrow();
        assertThat(policy).startsWith("default-src 'self';").doesNotContain("unsafe", "http", "*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/docs", "/docs/", API_REFERENCE})
    void page_references_areAllServed(String page) {
        List<String> references = references(page);
        assertThat(references)
                .hasSizeGreaterThan(5)
                .allSatisfy(reference -> assertThat(server.get(reference).statusCode())
                        .as(reference)
                        .isEqualTo(200));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/docs", API_REFERENCE, "/docs/search.json", "/openapi.json"})
    void url_whoseContentMayChange_isAskedForEachTime(String path) {
        assertThat(server.get(path).headers().firstValue("Cache-Control")).hasValue("no-cache");
    }

    @Test
    void file_clientAcceptsGzip_isTheSameCompressed() throws IOException {
        String path = file("swagger-ui.css");
        String plain = server.get(path).body();
        HttpResponse<byte[]> response =
                server.get(HttpResponse.BodyHandlers.ofByteArray(), path, "Accept-Encoding", "gzip, br");
        byte[] unpacked = new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes();
        assertThat(new String(unpacked, UTF_8)).isEqualTo(plain);
    }

    @Test
    void file_clientRefusesGzip_isPlain() {
        HttpResponse<String> response = server.get(file("docs.css"), "Accept-Encoding", "gzip;q=0");
        assertThat(response.headers().firstValue("Content-Encoding")).isEmpty();
    }

    @Test
    void file_clientHasIt_isNotSentAgain() {
        String path = file("docs.js");
        String etag = server.get(path).headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> response = server.get(path, "If-None-Match", etag);
        assertThat(response.statusCode()).isEqualTo(304);
        assertThat(response.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/docs/package-info.class",
                "/docs/..%2Fquery%2FCursor.class",
                "/docs/swagger-initializer.js",
                "/docs/api-reference/openapi.json",
                "/docs/guide.html",
                "/docs/index.md",
                "/docs/nothing"
            })
    void file_notListed_is404(String path) {
        assertThat(server.get(path).statusCode()).isEqualTo(404);
    }

    /** The path of a file of the API reference. */
    private String file(String name) {
        return references(API_REFERENCE).stream()
                .filter(reference -> reference.endsWith('/' + name))
                .findFirst()
                .orElseThrow();
    }

    private List<String> references(String page) {
        return Pattern.compile("(?:src|href)=\"(/[^\"#]*)")
                .matcher(server.get(page).body())
                .results()
                .map(reference -> reference.group(1))
                .toList();
    }
}
