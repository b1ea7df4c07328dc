package dev.sentinel.audit.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.config.BasePath;
import dev.sentinel.audit.http.PublicPath;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GuideHtmlTest {
    private static final GuideLinks LINKS =
            new GuideLinks(Set.of("index", "api"), "/docs/f/", new PublicPath(BasePath.NONE));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[a](api.md)                      | <a href=\"/docs/api\">a</a>",
                "[a](api.md#lists)                | <a href=\"/docs/api#lists\">a</a>",
                "[a](index.md)                    | <a href=\"/docs\">a</a>",
                "[a](#here)                       | <a href=\"#here\">a</a>",
                "[a](https://example.com/x)       | <a href=\"https://example.com/x\" rel=\"noreferrer\">a</a>",
                "<http://localhost:8000/ui/>      | <a href=\"/ui/\">http://localhost:8000/ui/</a>",
                "[x.yml](../../../conf/x.yml)     | <code>conf/x.yml</code>",
                "[the *rules*](../../../conf/x.yml) | the <em>rules</em> (<code>conf/x.yml</code>)",
                "[a](unknown.md)                  | a (<code>src/site/markdown/unknown.md</code>)",
                "[README](../../../README.md)     | <code>README.md</code>",
                "![a](../resources/images/a.png)  | <img src=\"/docs/f/images/a.png\" alt=\"a\" />",
            })
    void destination_any_leadsToWhatIsServed(String markdown, String html) {
        assertThat(render(markdown)).isEqualTo("<p>" + html + "</p>\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"![a](https://example.com/a.png)", "![a](../../../conf/a.png)", "![a](a.png)"})
    void image_notOfTheGuides_fails(String markdown) {
        assertThatThrownBy(() -> render(markdown)).hasMessageContaining("not an image of the guides");
    }

    @Test
    void html_inAGuide_isText() {
        assertThat(render("A <b onclick=x()>tag</b>.\n\n<script>alert(1)</script>"))
                .doesNotContain("<b", "<script")
                .contains("&lt;b onclick=x()&gt;", "&lt;script&gt;");
    }

    @Test
    void link_thatIsAScript_leadsNowhere() {
        assertThat(render("[a](javascript:alert(1))")).doesNotContain("href");
    }

    @Test
    void heading_hasAnAnchorAndALinkToItself() {
        assertThat(render("## The `seq` field"))
                .contains("<h2 id=\"the-seq-field\">The <code>seq</code> field<a href=\"#the-seq-field\"")
                .contains("aria-hidden=\"true\"");
    }

    @Test
    void code_isScrollableWithTheKeyboard() {
        assertThat(render("```bash\nls\n```"))
                .isEqualTo("<pre tabindex=\"0\"><code class=\"language-bash\">ls\n</code></pre>\n");
    }

    @Test
    void table_emptyHeader_isNoHeader() {
        assertThat(render("| a | |\n|---|---|\n| b | c |"))
                .contains("<table tabindex=\"0\">", "<th>a</th>", "<td></td>")
                .doesNotContain("<th></th>");
    }

    private static String render(String markdown) {
        String html = GuideHtml.render(Guide.parse("test", "# Title\n\n" + markdown), LINKS);
        return html.substring(html.indexOf("</h1>\n") + "</h1>\n".length());
    }
}
