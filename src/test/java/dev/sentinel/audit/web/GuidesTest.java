package dev.sentinel.audit.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.MarkdownDocument;
import dev.sentinel.audit.config.BasePath;
import dev.sentinel.audit.http.PublicPath;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** All guides, rendered. */
final class GuidesTest {
    private static final Pattern REFERENCE = Pattern.compile("(?:href|src)=\"([^\"]*)\"");
    private static final Pattern ID = Pattern.compile("\\bid=\"([^\"]+)\"");

    private final Map<String, StaticFile> files = Guides.load(new PublicPath(BasePath.NONE));

    @Test
    void guides_all_arePagesThatEachPageLists() {
        List<String> paths = MarkdownDocument.all().stream()
                .map(document -> document.path().getFileName().toString())
                .filter(name -> !name.equals("README.md"))
                .map(name -> GuideLinks.page(name.replace(".md", "")))
                .toList();
        assertThat(paths).contains("/docs").allSatisfy(path -> {
            assertThat(files).containsKey(path);
            assertThat(paths).allSatisfy(other -> assertThat(text(path)).contains("<li><a href=\"" + other + "\""));
        });
    }

    @Test
    void references_all_leadToServedFilesAndHeadings() {
        List<String> dead = pages().flatMap(page -> references(page)
                        .filter(reference -> !GuideLinks.isExternal(reference) && !isServed(page, reference))
                        .map(reference -> page + " -> " + reference))
                .toList();
        assertThat(dead).isEmpty();
    }

    private boolean isServed(String page, String reference) {
        if (List.of("/ui/", "/openapi.json", ApiReference.PAGE).contains(reference)) {
            return true;
        }
        String[] parts = reference.split("#", 2);
        String path = parts[0].isEmpty() ? page : parts[0];
        return files.containsKey(path) && (parts.length == 1 || hasId(path, parts[1]));
    }

    private boolean hasId(String path, String id) {
        return ID.matcher(text(path)).results().anyMatch(found -> found.group(1).equals(id));
    }

    @Test
    void pages_all_loadNothingFromAnotherHostAndHaveNothingInline() {
        assertThat(pages()).isNotEmpty().allSatisfy(page -> {
            assertThat(text(page)).doesNotContain("${folder}", " style=\"", "<style", "<iframe");
            assertThat(text(page)).doesNotContainPattern("<script(?![^>]*src=\"/docs/)");
            assertThat(text(page)).doesNotContainPattern("<(?:img|link)[^>]*(?:src|href)=\"(?!/docs/)");
            assertThat(files.get(page).headers().get("Content-Security-Policy"))
                    .isEqualTo(ContentPolicy.STRICT)
                    .startsWith("default-src 'none'; script-src 'self';")
                    .doesNotContain("unsafe", "http", "*", "data:");
        });
    }

    @Test
    void ids_ofAPage_areUnique() {
        assertThat(pages())
                .allSatisfy(page -> assertThat(ID.matcher(text(page)).results().map(id -> id.group(1)))
                        .doesNotHaveDuplicates());
    }

    @Test
    void searchIndex_hasEachHeadingOfEachGuide() {
        JsonArray sections = new JsonArray(text("/docs/search.json"));
        long headings = MarkdownDocument.all().stream()
                .filter(document -> document.path().startsWith("src/site"))
                .flatMap(document -> Guide.parse(document.toString(), document.text()).sections().stream())
                .count();
        assertThat(sections).hasSize((int) headings).allSatisfy(each -> {
            JsonObject section = (JsonObject) each;
            assertThat(isServed("/docs", section.getString("url"))).isTrue();
            assertThat(section.getString("title")).isNotBlank();
            assertThat(section.getString("text")).doesNotContain("\n", "](");
        });
    }

    @Test
    void pictures_areNotCompressedAgain() {
        assertThat(files.entrySet().stream()
                        .filter(file -> file.getKey().endsWith(".png"))
                        .map(Map.Entry::getValue))
                .isNotEmpty()
                .allSatisfy(file -> assertThat(file.gzip()).isNull());
    }

    private Stream<String> pages() {
        return files.keySet().stream()
                .filter(path ->
                        Objects.equals(files.get(path).headers().get("Content-Type"), "text/html; charset=utf-8"));
    }

    private Stream<String> references(String page) {
        return REFERENCE.matcher(text(page)).results().map(found -> found.group(1));
    }

    private String text(String path) {
        return files.get(path).plain().toString(UTF_8);
    }
}
