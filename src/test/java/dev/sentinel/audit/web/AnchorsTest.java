package dev.sentinel.audit.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The anchors that GitHub gives to these headings. */
final class AnchorsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Quick start                  | quick-start",
                "GET /v1/events?limit=1       | get-v1eventslimit1",
                "What is it? It's a log!      | what-is-it-its-a-log",
                "MAX_STREAMS and max-age      | max_streams-and-max-age",
                "Keys, scopes & limits        | keys-scopes--limits",
                "1. First                     | 1-first",
                "Über Größe                   | über-größe",
                "事件                          | 事件",
                "Done ✅                       | done-",
            })
    void heading_anchor_isThatOfGitHub(String heading, String anchor) {
        assertThat(new Anchors().next(heading)).isEqualTo(anchor);
    }

    @Test
    void headings_equal_areNumbered() {
        Anchors anchors = new Anchors();
        assertThat(anchors.next("Example")).isEqualTo("example");
        assertThat(anchors.next("Example")).isEqualTo("example-1");
        assertThat(anchors.next("example")).isEqualTo("example-2");
    }

    @Test
    void heading_inAnyLocale_isTheSame() {
        Locale before = Locale.getDefault();
        Locale.setDefault(new Locale("tr"));
        try {
            assertThat(new Anchors().next("INSTALL")).isEqualTo("install");
        } finally {
            Locale.setDefault(before);
        }
    }
}
